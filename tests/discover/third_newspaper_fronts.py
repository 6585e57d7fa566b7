"""Front pages of a third twenty newspapers, of content systems and words that the first two sets don't have, each with what it shows and where.

Written to measure the reader once on pages for which nobody had mended it, by an author who hadn't read it. Templates are in
`front_templates/`; they say in which order the stories are. Used by tests/discover/test_front_pages.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from tests.discover.newspaper_fronts import WWW, Systems, Words, _code, _hyphens

THIRD_WORDS: Mapping[str, Words] = {
    "en": (
        ["Ferry pilots’ union", "Judge Ambrose Tull", "Why Kestrel County", "The last lamplighter of Oxmoor", "Governor-elect Pym:", "Three boys, a goat and 40 police"],
        ["turned down a $1.2 billion offer", "‘We should have asked earlier’", "can’t get its ambulances back", "wins appeal over seized orchard", "will be missed"],
        ["", "— and what happens next", "after 11-hour hearing", "as tariffs bite", "(updated)"],
        ["Transport", "Crown Court", "Weather", "Exclusive"], ["local-news", "politics", "us-news", "whats-on"],
        ["Josie Farrant", "Dale Okafor", "Wren Castellano"],
        ["Bread, again", "Lights out in Oxmoor", "How to lose a lake", "Open thread", "Goal!"],
    ),
    "de": (
        ["Bürgermeisterin Thalhofer", "Nach dem Hangrutsch:", "Sparkasse Innerbach", "Wie ein Mesner aus Rohrau", "Die Freiwillige Feuerwehr", "97-Jährige"],
        ["tritt nicht wieder an", "„Das Wasser kam über Nacht“", "sperrt drei Filialen zu", "rettet 22 Kühe aus brennendem Stall", "sucht Nachwuchs"],
        ["", "– Kritik von allen Seiten", "und keiner weiß warum", "trotz Frost"],
        ["Gemeinderat", "Blaulicht", "Vereine"], ["gemeinde", "chronik", "kultur"], ["Resi Moser", "Georg Hiebl"],
        ["Viel Lärm um eine Linde", "Maibaum weg!", "Wer kennt diesen Mann?"],
    ),
    "nl": (
        ["Burgemeester Van Dorth", "Sluiswachters", "Wethouder Kist:", "Kleine bakker uit Oosterhem", "Waterschap", "Bestuur van de ijsclub"],
        ["wil geen nieuwe brug", "‘Dit hadden we moeten zien’", "zoekt al zes weken naar geit", "zet pomp stil", "stapt op"],
        ["", ", maar de raad twijfelt", "na nacht vol storm", "om een rekenfout"],
        ["Gemeenteraad", "112", "Natuur"], ["nieuws", "sport", "cultuur"], ["Femke Aalders", "Joost Bron"],
        ["Eindelijk ijs", "Wie betaalt de brug?", "Stille straat"],
    ),
    "pt": (
        ["Prefeitura de Riacho Manso", "Vereadora Dalva Prates", "Caminhoneiro", "Cooperativa do leite", "Homem de 34 anos", "Hospital Santa Emerência"],
        ["anuncia concurso com 112 vagas", "é preso com 40 galos de briga", "suspende cirurgias", "abre inscrições para curso gratuito", "diz que não sabia de nada"],
        ["", "; veja vídeo", "na BR-999", "após chuva de granizo", "; saiba como participar"],
        ["Polícia", "Concursos", "Saúde"], ["politica", "cidades", "esporte"], ["Redação", "Neide Lacerda"],
        ["Bode fujão", "E agora, prefeito?", "Chove em Riacho"],
    ),
    "sv": (
        ["Färjerederiet", "Åklagaren", "Bonden i Hökvattnet", "Kommunalrådet Ek:", "Forskare", "Två bröder"],
        ["ställer in alla turer", "”Vi borde ha lyssnat”", "begär 14 års fängelse", "hittade ring efter 40 år", "friade i hovrätten"],
        ["", "– efter larmet", "under natten", "trots varningar"],
        ["Färjekaoset", "Rättegången", "Vädret"], ["inrikes", "utrikes", "lokalt"], ["Elin Rask", "Pär Holm"],
        ["Snart fryser sjön", "Vem betalar?", "Så gick det till"],
    ),
    "da": (
        ["Færgeselskabet", "Borgmester Toft:", "Anklager", "Biavler på Strynholm", "To søskende", "Natpleje"],
        ["aflyser alle afgange", "»Vi burde have lyttet«", "kræver 14 års fængsel", "fandt ring efter 40 år", "frikendt i landsretten"],
        ["", "efter alarm", "– for tredje gang", "trods advarsler"],
        ["Færgekaos", "Retten", "Vejret"], ["nyheder", "sport", "kultur"], ["Lærke Bro", "Anton Juhl"],
        ["Hvem betaler?", "Endelig is", "Sådan gik det til"],
    ),
    "it": (
        ["Comune di Pietrarsa Alta", "Il parroco don Elvio", "Frana sulla provinciale 12:", "Anziana di 88 anni", "Pro Loco", "Capriolo nel centro"],
        ["chiuso il ponte romano", "«Non ci hanno avvisati»", "truffata al telefono", "rinviata la sagra del fagiolo", "cerca volontari"],
        ["", "per maltempo", ": indagano i carabinieri", "fino a primavera"],
        ["Viabilità", "Cronaca", "Eventi"], ["cronaca", "politica", "sport"], ["Redazione", "Piera Galli"],
        ["Neve a bassa quota", "Chi ha visto Birba?", "Auguri, Gina"],
    ),
    "el": (
        ["Ο δήμαρχος Αλωνίων", "Οι ψαράδες της Μικρής Σκάλας", "Σεισμός στο Βαθύρεμα:", "Εισαγγελέας", "Μελισσοκόμος από το Λιβάδι", "Το λιμεναρχείο"],
        ["ζητά νέα γέφυρα", "«Κανείς δεν μας άκουσε»", "ανέκρινε έξι μάρτυρες", "βρήκε νόμισμα 2.000 ετών", "κλείνει για δύο μήνες"],
        ["", "μετά τη νύχτα της κακοκαιρίας", "– Τι λένε οι κάτοικοι", "(βίντεο)"],
        ["Τοπικά", "Αστυνομικά", "Αθλητικά"], ["topika", "oikonomia", "athlitika"], ["Σύνταξη", "Ελένη Βράκα"],
        ["Ποιος πληρώνει;", "Χιόνια παντού", "Μια πόλη χωρίς νερό"],
    ),
    "ru": (
        ["Речники Верхнеозёрска", "Суд в Заречье", "Минтранс:", "Пасечник из Липовки", "Учёные", "Сенатор Горшков"],
        ["отменили 14 рейсов", "«мост ремонтировать не будут»", "арестовал бывшего директора завода", "нашли монету XVII века", "рассказал о новом налоге"],
        ["", "из-за ледохода", "– источник", "после ночной бури"],
        ["Экономика", "Происшествия", "Погода"], ["politics", "society", "incidents"], ["Анна Лыкова", "Пётр Серов"],
        ["Кто заплатит?", "Выпал первый снег", "Пожар потушен"],
    ),
    "tr": (
        ["Balıkçılar", "Belediye Başkanı Toprak:", "Savcılık", "Köy muhtarı Hatice Yurt", "Meteoroloji", "İki kardeş"],
        ["14 seferi iptal etti", "‘Bizi kimse dinlemedi’", "eski müdür için 9 yıl istedi", "tarlada bin yıllık sikke buldu", "uyardı"],
        ["", "! İşte yeni tarih", "fırtına sonrası", "saniye saniye kamerada"],
        ["Son dakika", "Asayiş", "Ekonomi"], ["gundem", "yasam", "spor"], ["Ece Duman", "Kerem Ay"],
        ["Kim ödeyecek?", "Göl dondu", "Kar geliyor"],
    ),
    "vi": (
        ["Ngư dân xã Cồn Gió", "Chủ tịch huyện Vạn Lộc", "Bão số 14:", "Người nuôi ong ở Đồi Sim", "Tòa án", "Hai chị em"],
        ["dừng 14 chuyến phà", "'không ai nghe chúng tôi'", "bị phạt 900 triệu đồng", "tìm thấy sau chín ngày", "xin lỗi người dân"],
        ["", "vì sương mù", "sau đêm mưa lớn", "như thế nào"],
        ["Giao thông", "Pháp luật", "Thời tiết"], ["thoi-su", "the-gioi", "phap-luat"], ["Minh Hạ", "Lê Tâm"],
        ["Ai trả tiền?", "Tuyết rơi", "Cây cầu cuối cùng"],
    ),
    "ja": (
        ["渡し船の船長", "小田切市長", "棚田の村", "地検", "雪国の駅長", "双子の力士"],
        ["　運航を再開", "「誰も聞かなかった」", "に千年前の銭", "　元社長を起訴", "が引退"],
        ["", "　吹雪で", "か", "　9年ぶり"],
        ["地域", "経済"], ["domestic", "economy"], ["早川灯", "三輪直"],
        ["初雪の便り", "橋の値段", "ヤギ逃走中"],
    ),
    "ko": (
        ["나룻배 조합", "윤 시장", "다락논 마을", "검찰", "눈 고장 역장", "쌍둥이 씨름선수"],
        [" 14개 노선 중단", ", \"아무도 안 들었다\"", "서 천년 전 동전 발견", ", 전 대표 기소", " 은퇴 선언"],
        ["", "…왜?", "폭설 여파", "9년 만에", "(종합)"],
        ["지역", "경제"], ["society", "economy"], ["백하람 기자", "노을 기자"],
        ["첫눈 소식", "다리값은 누가", "염소 탈출"],
    ),
    "zh": (
        ["渡口艄公", "岭北县县长", "梯田村", "检方", "雪乡站长", "双胞胎教练"],
        ["宣布停航14条线路", "：“没有人听我们说”", "挖出千年铜钱", "起诉前董事长", "正式退休"],
        ["", "，原因何在", "，已致3人受伤", "｜现场"],
        ["直击现场", "绿政公署"], ["要闻", "财经"], ["林一舟", "何秋"],
        ["初雪来信", "谁为桥买单", "山羊出逃记"],
    ),
    "ar": (
        ["صيادو رأس الغزال", "رئيسة بلدية وادي التين", "عاصفة ليلية:", "النيابة", "مزارع من تل الزيتون", "شقيقان"],
        ["يوقفون 14 رحلة", "«لم يسمعنا أحد»", "تطلب سجن المدير السابق", "يعثر على عملة عمرها ألف عام", "يعودان بعد غياب"],
        ["", "بسبب الضباب", "والسبب مفاجأة", "(صور)"],
        ["محليات", "حوادث", "طقس"], ["local", "economy", "sport"], ["سلمى ياسين", "هيئة التحرير"],
        ["من يدفع الثمن؟", "أول الثلج", "قرية بلا ماء"],
    ),
    "he": (
        ["הדייגים מחוף האלון", "ראשת העיר שגב:", "הפרקליטות", "חקלאי מגבעת הזית", "שתי אחיות", "סופה לילית"],
        ["ביטלו 14 הפלגות", "\"אף אחד לא הקשיב\"", "דורשת תשע שנות מאסר", "מצא מטבע בן אלף שנה", "חזרו הביתה"],
        ["", "בגלל הערפל", "- והסיבה מפתיעה", ", צפו"],
        ["תחבורה", "משפט", "מזג אוויר"], ["news", "economy", "sport"], ["גלי רון", "עומר שקד"],
        ["מי ישלם?", "שלג ראשון", "כפר בלי מים"],
    ),
    "hi": (
        ["नाविक संघ", "महापौर सुनीता रावल", "बाढ़ के बाद", "रामगढ़ का मधुमक्खी पालक", "अदालत", "दो भाई"],
        ["ने 14 फेरे रद्द किए", "बोलीं- किसी ने नहीं सुना", "को मिला हजार साल पुराना सिक्का", "ने पूर्व निदेशक को भेजा जेल", "नौ दिन बाद लौटे"],
        ["", "; देखिए VIDEO", "कोहरे की वजह से", ", जानिए पूरा मामला"],
        ["मौसम", "अदालत", "खेल"], ["national", "sports", "business"], ["नेहा साहू", "आलोक तिर्की"],
        ["पुल का पैसा कौन देगा?", "पहली बर्फ", "बकरी फरार"],
    ),
    "bn": (
        ["খেয়া মাঝিরা", "মেয়র রওশন আরা", "ঝড়ের রাতের পর", "মৌচাষি", "আদালত", "দুই বোন"],
        ["১৪টি নৌপথ বন্ধ রাখলেন", "‘কেউ আমাদের কথা শোনেনি’", "পেলেন হাজার বছরের মুদ্রা", "সাবেক পরিচালককে কারাগারে পাঠালেন", "নয় দিন পর ফিরলেন"],
        ["", "কুয়াশার কারণে", ", কারণ কী", "তিন গ্রামে"],
        ["দুর্ঘটনা", "আবহাওয়া", "মতামত"], ["bangladesh", "world", "sports"], ["নীলা রায়", "নিজস্ব প্রতিবেদক"],
        ["সেতুর টাকা কার?", "প্রথম শীত", "জলহীন গ্রাম"],
    ),
}  # fmt: skip

_LATIN = ["pul-mausam", "court-verdict", "flood-update", "village-coin", "mayor-statement"]

# template: language, host, address of a story by (slug, headline, chance)
THIRD_SYSTEMS: Systems = {
    "tagdiv_modules": ("pt", "riachonews", lambda s, _, _c: f"{WWW}/{s}/"),
    "k2_items": ("el", "alonianews", lambda _s, h, c: f"/{c.choice(['topika', 'oikonomia'])}/item/{_code(c, 5)}-{quote(_hyphens(h))}"),
    "query_loops": ("nl", "oosterhem", lambda s, _, _c: f"{WWW}/2026/11/{s}/"),
    "typo3_news": ("de", "rohrauer-bote", lambda s, _, _c: f"/aktuelles/nachrichten/detail/{s}"),
    "page_promos": ("en", "unitedwire", lambda s, _, c: f"{WWW}/article/{s}-{_code(c, 32, '0123456789abcdef')}"),
    "label_teasers": ("en", "oxmoorlive", lambda s, _, c: f"{WWW}/{c.choice(['news/local-news', 'whats-on', 'sport/football'])}/{s}-3{_code(c, 7)}"),
    "hashed_articles": ("sv", "riksnytt", lambda s, _, c: f"/nyheter/{c.choice(['inrikes', 'utrikes', 'lokalt/norr'])}/{s}"),
    "cell_lists": ("ru", "ozerinfo", lambda _s, _, c: f"/20261127/{c.choice(['most', 'sud', 'ledokhod', 'nalog'])}-19{_code(c, 8)}.html"),
    "press_portal": ("ko", "nuri", lambda _s, _, c: f"https://n.nuri.example/mnews/article/0{_code(c, 2)}/00{_code(c, 8)}"),
    "topic_pickups": ("ja", "yomo", lambda _s, _, c: f"https://news.yomo.example/{c.choice(['pickup/65' + _code(c, 5), 'articles/' + _code(c, 40, '0123456789abcdef')])}"),
    "item_news": ("vi", "tinnhanh", lambda s, _, c: f"https://tinnhanh.example/{s}-4{_code(c, 6)}.html"),
    "forward_cards": ("zh", "pinglun", lambda _s, _, c: f"/newsDetail_forward_3{_code(c, 7)}"),
    "elementor_posts": ("ar", "raselghazal", lambda _s, _, c: f"{WWW}/archives/{_code(c, 6)}"),
    "coloured_prefixes": ("hi", "dainikpul", lambda _s, _, c: f"/{c.choice(['national', 'local/mp/ramgarh'])}/news/{c.choice(_LATIN)}-13{_code(c, 7)}.html"),
    "font_tags": ("it", "pietrarsaonline", lambda _s, _, c: f"notizia.asp?IDNotizia={_code(c, 5)}"),
    "amp_carousels": ("tr", "golpostasi", lambda s, _, c: f"{WWW}/{c.choice(['gundem', 'yasam'])}/{s}-{_code(c, 8)}"),
    "custom_elements": ("da", "strynholmavis", lambda s, _, c: f"/{s}/s/5-128-{_code(c, 6)}"),
    "post_previews": ("en", "lampletter", lambda s, _, _c: f"{WWW}/p/{s}"),
    "story_elements": ("bn", "kheyapatra", lambda _s, _, c: f"{WWW}/bangladesh/{c.choice(['district', 'capital'])}/{_code(c, 10, 'abcdefghjkmnpqrstuvwxyz0123456789')}"),
    "slot_views": ("he", "hofnet", lambda _s, _, c: f"{WWW}/news/article/{_code(c, 9, 'abcdefghjkrsty0123456789')}"),
}  # fmt: skip
