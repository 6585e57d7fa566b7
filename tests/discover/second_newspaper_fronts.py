"""Front pages of another twenty newspapers, of other content systems and other words than `newspaper_fronts`, each with what it shows and where.

Written to measure once more, after the reader was mended on the first twenty: by what readers of such pages see, before their author had read
the reader. Templates are in `front_templates/`; they say in which order the stories are. Used by tests/discover/test_front_pages.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.discover.newspaper_fronts import WWW, Systems, Words, _code, _hyphens, _uuid

# as in `newspaper_fronts`, and whole headlines of few words
OTHER_WORDS: Mapping[str, Words] = {
    "en": (
        ["Orchard union", "Brask’s night trams", "The surgeon who sang", "Two rangers", "Fenwick & Sons", "Rail chiefs", "Dr Okoro-Lind"],
        ["to close 14 depots", "‘ignored letters’ over asbestos", "cleared of 1987 fraud", "says the tunnel was never safe", "found alive after nine days"],
        ["", ", court hears", "but nobody will say why", "in landmark ruling", "– as it happened"],
        ["Rail", "Courts", "Live", "Analysis"], ["uk", "world", "life", "money"], ["Priya Vance", "Col Hatherley", "Ines McBrae"],
        ["Who pays?", "A city of bees", "‘I forgave him’", "The long goodbye", "Snow at last", "Inside Cell 9"],
    ),
    "de": (
        ["Die Seilbahner", "Kanzleramtschef Ohm", "Ein Imker aus Lorch", "Das Landgericht", "»Wir Nachtschwestern«", "Autobauer Velten"],
        ["streicht 900 Stellen", "und die Angst vor dem Wasser", "verliert vor Gericht", "will Tempo 30 in allen Dörfern", "schweigt"],
        ["", "– vorerst", "nach neun Jahren", "wegen eines Komma-Fehlers"],
        ["Bahnstreik", "Koalition", "Prozess in Lorch", "Energie"], ["politik", "wirtschaft", "kultur"], ["Till Achterberg", "Hanne Roth", "Cem Polat"],
        ["Ein Land hustet", "Wer zahlt?", "Die Unbeirrbare", "Schluss mit Brei"],
    ),
    "fr": (
        ["Les bateliers", "Le préfet Aubrac", "Un verger de Lourmel", "La cour d’appel", "« Mamie Colza »", "Les internes"],
        ["perdent leur procès", "refuse de signer", "au cœur d’un trafic de miel", "réclament 300 lits", "s’explique enfin"],
        ["", ", selon une enquête", "à huis clos", "malgré le gel"],
        ["Procès", "Hôpital", "Climat"], ["politique", "planete", "idees"], ["Aude Merlin", "Yann Kerbrat", "Inès Dufour"],
        ["Qui paie ?", "L’hiver des abeilles", "Sous la neige", "Une vie de phare"],
    ),
    "es": (
        ["Los ferroviarios", "El juez Arana", "Una apicultora de Cuesta Alta", "El Senado", "Tres hermanas", "La naviera Ocaso"],
        ["cierra 14 talleres", "aparecen con vida tras nueve días", "debate el impuesto a la sal", "denuncia un fraude de 1987", "vuelve al trabajo"],
        ["", "en medio de la polémica", "y pide disculpas", "por un error de imprenta"],
        ["Paro de trenes", "Tribunales", "Clima"], ["politica", "sociedad", "economia"], ["Elsa Quiroga", "Bruno Tapia", "Luz Arrieta"],
        ["¿Quién paga?", "Nieve, por fin", "La larga espera", "Una ciudad de abejas"],
    ),
    "it": (
        ["I ferrovieri", "Il giudice Arcuri", "Una apicoltrice di Valscura", "La Consulta", "Tre sorelle", "Gli specializzandi"],
        ["chiude 14 officine", "ritrovati dopo nove giorni", "e la tassa sul sale", "assolto per la truffa del 1987", "torna al lavoro"],
        ["", ", ecco perché", "tra le polemiche", ", «nessuno ci ascolta»"],
        ["Treni", "Il processo", "Clima", "L’intervista"], ["cronache", "esteri", "economia"], ["Marta Bellei", "Ugo Sartori", "Elena Pozzi"],
        ["Chi paga?", "La città delle api", "Neve, finalmente", "Il lungo addio"],
    ),
    "pt": (
        ["Ferroviários", "Juiz Amaral", "Apicultora de Serra Funda", "Senado", "Três irmãs", "Estaleiro Poente"],
        ["fecham 14 oficinas", "são achadas vivas após nove dias", "debate imposto sobre o sal", "é absolvido de fraude de 1987", "volta ao trabalho"],
        ["", "e pede desculpas", "por erro de gráfica", "com 3 votos contra"],
        ["greve", "justiça", "clima"], ["poder", "mercado", "cotidiano"], ["Caio Drummond", "Lia Teles", "Noel Brito"],
        ["Quem paga?", "Cidade das abelhas", "Neve, enfim", "A longa espera"],
    ),
    "pl": (
        ["Kolejarze", "Sędzia Wrona", "Pszczelarka z Olszanki", "Sejm", "Trzy siostry", "Stocznia Zachód"],
        ["zamykają 14 zajezdni", "odnalezione po dziewięciu dniach", "o podatku od soli", "uniewinniony po latach", "wraca do pracy"],
        ["", "i przeprasza", "przez błąd w druku", "– mamy nagranie"],
        ["Strajk", "Sąd", "Pogoda"], ["wiadomosci", "kraj", "sport"], ["Olga Zięba", "Marek Sowa", "Iga Lipa"],
        ["Kto zapłaci?", "Miasto pszczół", "Wreszcie śnieg", "Długie pożegnanie"],
    ),
    "no": (
        ["Trikkeførerne", "Dommer Vik", "Birøkter i Lomdal", "Stortinget", "Tre søstre", "Verftet i vest"],
        ["legger ned 14 verksteder", "funnet i live etter ni dager", "om saltskatten", "frikjent etter 40 år", "tilbake på jobb"],
        ["", "– og beklager", "etter trykkfeil", "mot tre stemmer"],
        ["Streiken", "Rettssaken", "Været"], ["nyheter", "sport", "rampelys"], ["Siv Dalen", "Odd Myhre", "Kari Ness"],
        ["Hvem betaler?", "Biebyen", "Endelig snø", "Gikk gråtende ut"],
    ),
    "tr": (
        ["Makinistler", "Yargıç Ersoy", "Ovacıklı arıcı", "Meclis", "Üç kız kardeş", "Batı Tersanesi"],
        ["14 atölyeyi kapatıyor", "dokuz gün sonra bulundu", "tuz vergisini görüştü", "1987 davasından beraat etti", "işine döndü"],
        ["", "ve özür diledi", "baskı hatası yüzünden", "üç ret oyuyla"],
        ["Grev", "Dava", "Hava"], ["gundem", "ekonomi", "dunya"], ["Derya Ak", "Cenk Uslu", "Nil Tan"],
        ["Kim ödeyecek?", "Arılar şehri", "Nihayet kar", "Uzun veda"],
    ),
    "ja": (
        ["路面電車の運転士", "高瀬裁判官", "山間の養蜂家", "参院委", "三姉妹", "西造船"],
        ["、14車庫を閉鎖へ", "「手紙は無視された」", "ら9日ぶり救出", "、塩税を審議", "に無罪判決"],
        ["", "　理由は明かさず", "　印刷ミスが原因か", "　反対3票で"],
        ["ストライキ", "司法"], ["社会", "国際", "地域"], ["水野碧", "古川悟"],
        ["誰が払うのか", "ハチの街", "ようやく雪", "長い別れ"],
    ),
    "ko": (
        ["기관사 노조", "오 판사", "산골 양봉가", "국회 소위", "세 자매", "서해조선"],
        ["차고지 14곳 폐쇄", "\"편지는 묵살됐다\"", ", 9일 만에 구조", ", 소금세 심의", "1987년 사건 무죄"],
        ["", "이유는 안 밝혀", "인쇄 오류 탓", "(종합)"],
        ["파업", "법원"], ["사회", "경제", "국제"], ["한서윤", "문도현"],
        ["누가 내나", "벌들의 도시", "드디어 첫눈", "긴 이별"],
    ),
    "ar": (
        ["سائقو الترام", "القاضي مراد", "مربية نحل في وادي السرو", "لجنة المجلس", "ثلاث شقيقات", "حوض السفن الغربي"],
        ["يغلق 14 ورشة", "العثور عليهن بعد تسعة أيام", "يناقش ضريبة الملح", "براءة في قضية عام 1987", "يعود إلى العمل"],
        ["", "ويعتذر", "بسبب خطأ مطبعي", "..فيديو"],
        ["إضراب", "محاكم"], ["محليات", "العالم", "اقتصاد"], ["هالة منصور", "رامي عواد"],
        ["من يدفع؟", "مدينة النحل", "ثلج أخيرا", "وداع طويل"],
    ),
    "he": (
        ["נהגי החשמלית", "השופט אורן", "כוורנית מעמק הברוש", "ועדת הכנסת", "שלוש אחיות", "מספנת המערב"],
        ["סוגרים 14 סדנאות", "נמצאו בחיים אחרי תשעה ימים", "דנה במס המלח", "זוכה בפרשת 1987", "חוזרת לעבודה"],
        ["", "ומתנצלת", "בגלל טעות דפוס", "– ואף אחד לא שאל"],
        ["שביתה", "בית המשפט"], ["חדשות", "כלכלה", "דעות"], ["נועה ברק", "איתן לוי"],
        ["מי ישלם?", "עיר הדבורים", "סוף סוף שלג", "פרידה ארוכה"],
    ),
}  # fmt: skip

# template: language, host, address of a story by (slug, headline, chance)
OTHER_SYSTEMS: Systems = {
    "container_kickers": ("en", "observatory", lambda s, _, c: f"/{c.choice(['world', 'business', 'commentisfree'])}/2026/nov/27/{s}"),
    "promo_lists": ("en", "broadcast", lambda _s, _, c: f"/news/{c.choice(['uk', 'world-europe', 'business'])}-{_code(c, 8)}"),
    "css_modules": ("en", "gotham", lambda s, _, c: f"{WWW}/2026/11/27/{c.choice(['us', 'world/europe', 'opinion'])}/{s}.html"),
    "premium_flags": ("fr", "lejour", lambda s, _, c: f"{WWW}/planete/article/2026/11/27/{s}_{_code(c, 7)}_3244.html"),
    "overline_titles": ("de", "isarpost", lambda s, _, c: f"{WWW}/politik/{s}-li.{_code(c, 7)}"),
    "topline_ticker": ("de", "weltblick", lambda s, _, c: f"{WWW}/{c.choice(['panorama', 'wissenschaft'])}/{s}-a-{_uuid(c)}"),
    "lead_in_anchor": ("es", "lapatria", lambda s, _, c: f"/politica/{s}-nid27112026{_code(c, 3)}/"),
    "occhiello_media": ("it", "messaggere", lambda s, _, c: f"{WWW}/cronache/26_novembre_27/{s}-{_uuid(c)}.shtml"),
    "timed_lists": ("ja", "akebono", lambda _s, _, c: f"/articles/ATZ{_code(c, 10, '0123456789BCDGHJKLM')}M.html?iref=comtop_7_0{c.randint(1, 9)}"),
    "definition_lists": ("ja", "hoso", lambda _s, _, c: f"/news/html/20261127/k1001{_code(c, 7)}1000.html"),
    "rtl_carousels": ("ar", "annahda", lambda _s, h, c: f"/{c.choice(['arab-world', 'economy'])}/2026/11/27/{_hyphens(h)}"),
    "piped_kickers": ("he", "hayom", lambda _s, _, c: f"{WWW}/news/politics/2026-11-27/ty-article/.premium/{_uuid(c)}"),
    "figure_captions": ("en", "deccan", lambda s, _, c: f"{WWW}/city/brask/{s}/articleshow/1{_code(c, 8)}.cms"),
    "headline_wrappers": ("pt", "gazetadosul", lambda s, _, c: f"https://www1.gazetadosul.example/{c.choice(['poder', 'mercado'])}/2026/11/{s}.shtml"),
    "entry_tiles": ("pl", "wyborna", lambda s, _, c: f"https://wiadomosci.wyborna.example/wiadomosci/7,114883,{_code(c, 8)},{s}.html"),
    "strong_titles": ("ko", "hanbat", lambda _s, _, c: f"/view/AKR20261127{_code(c, 9)}?section=news"),
    "tile_wall": ("no", "dagposten", lambda s, _, c: f"/{c.choice(['nyheter', 'sport'])}/i/{_code(c, 6, 'abcdefgKLMNop123')}/{s}"),
    "broken_lines": ("en", "dailybugler", lambda s, _, c: f"/news/article-1{_code(c, 7)}/{s}.html"),
    "slider_images": ("tr", "sabahyeri", lambda s, _, c: f"/gundem/{s}-4{_code(c, 7)}"),
    "table_layout": ("en", "pineridge", lambda s, _, c: f"/archives/2026/1127/{s[:12].strip('-')}{_code(c, 3)}.htm"),
}  # fmt: skip
