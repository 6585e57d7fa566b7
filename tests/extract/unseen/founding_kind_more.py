"""Ten more pages of the founding page's kind: print version, data alone, line breaks, custom elements, no headings.

Tested in tests/extract/test_unseen_pages.py.
"""

import json

from tests.extract.unseen.making import Story, each, json_ld, links, og, page


@page("phare", "https://www.ouest-littoral.example/print/48812", "2023-09-25")
def print_version(s: Story) -> str:
    return f"""<html lang="fr"><head><meta charset="utf-8"><title>{s.headline}</title><meta name="robots" content="noindex">
<link rel="canonical" href="https://www.ouest-littoral.example/finistere/phare-kermoran-gardien"><style>body{{font:12pt Georgia}}</style></head>
<body onload="window.print()" class="print"><div class="print-logo"><img src="/logo-nb.png" alt="Ouest Littoral"></div>
<div class="print-site_name">Publié sur <em>Ouest Littoral</em> (<a href="https://www.ouest-littoral.example">https://www.ouest-littoral.example</a>)</div><p></p>
<div class="print-breadcrumb"><a href="/">Accueil</a> &gt; {s.headline}</div><hr class="print-hr">
<h1 class="print-title">{s.headline}</h1>
<div class="print-content"><div class="node node-type-article clearfix"><div class="submitted">Par <span class="username">{s.author}</span>, le 25 septembre 2023</div>
<div class="field field-chapo"><p><b>{s.standfirst}</b></p></div>
<table class="image"><tr><td><img src="/phare.jpg" width="400" alt=""></td></tr><tr><td class="legend"><i>{s.caption}</i></td></tr></table>
{each(s.p)}
<p><em>Vous souhaitez reprendre cet article dans votre journal ou sur votre site&nbsp;? Nos tarifs sont <a href="/reprise">ici</a> <span class="print-footnote">[1]</span>.</em></p>
</div></div><div class="print-footer">Dernière mise à jour&nbsp;: 26/09/2023 - 08:14</div><hr class="print-hr">
<div class="print-source_url"><strong>URL source&nbsp;:</strong> <a href="/finistere/phare-kermoran-gardien">https://www.ouest-littoral.example/finistere/phare-kermoran-gardien</a></div>
<div class="print-links"><p><strong>Liens</strong><br>[1] https://www.ouest-littoral.example/reprise<br></p></div></body></html>"""


@page("sekolah", "https://www.suarapulau.example/berita/jeti-pulau-seri", "2024-02-19T01:30:00Z")
def data_alone(s: Story) -> str:
    body = [{"type": "text", "content": text} for text in s.paragraphs]
    body.insert(
        3,
        {
            "type": "newsletter",
            "title": "Surat dari pulau",
            "content": "Langgan kiriman mingguan kami secara percuma.",
        },
    )
    body.append(
        {
            "type": "text",
            "content": "Ingin menyiarkan semula laporan ini di laman anda? Sila isi <a href='/siar'>borang kebenaran</a> kami dahulu.",
        }
    )
    state = {"props": {"pageProps": {"post": {
        "headline": s.headline, "excerpt": s.standfirst, "publishedAt": "2024-02-19T01:30:00Z", "updatedAt": "2024-02-20T03:00:00Z",
        "author": {"name": s.author}, "hero": {"caption": s.caption, "src": "/jeti.jpg"}, "body": body,
        "related": [{"headline": "Harga ikan naik", "excerpt": "Peniaga menyalahkan cuaca buruk sejak awal bulan."}],
    }}}, "page": "/berita/[slug]", "buildId": "k2"}  # fmt: skip
    return f"""<!DOCTYPE html><html lang="ms"><head><meta charSet="utf-8"/><title>{s.headline} | Suara Pulau</title>
<meta name="description" content="{s.standfirst}"/><meta property="og:title" content="{s.headline}"/><meta property="og:site_name" content="Suara Pulau"/>
{json_ld(headline=s.headline, description=s.standfirst, datePublished="2024-02-19T01:30:00Z", author=[{"@type": "Person", "name": s.author}])}
</head><body><div id="__next"><header><a href="#kandungan">Terus ke kandungan utama</a><nav>{links("Utama|Negeri|Sukan|Hiburan|Pendapat", '<a href="/{1}">{0}</a>')}</nav></header>
<main id="kandungan"><div class="skeleton"><h1>{s.headline}</h1><figure><img src="/jeti.jpg" alt=""/><figcaption>{s.caption}</figcaption></figure>
<div class="line"></div><div class="line"></div><div class="line"></div></div></main><footer>Hak cipta terpelihara © Suara Pulau</footer></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps(state, ensure_ascii=False).replace("<", chr(92) + "u003c")}</script></body></html>"""


@page("nodi", "https://www.nodibarta.example/country/81264", "2023-11-06")
def line_breaks_in_a_div(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8"><title>{s.headline} | নদীবার্তা</title>
{og(og__title=s.headline, og__site_name="নদীবার্তা", og__description=s.standfirst)}</head><body>
<div class="topbar"><a href="#content">মূল বিষয়বস্তুতে যান</a></div><div class="menu"><ul>{links("সর্বশেষ|জাতীয়|সারাদেশ|খেলা|বিনোদন|মতামত")}</ul></div>
<div class="container"><div class="row"><div class="col-sm-8" id="content"><h1>{s.headline}</h1><h4>{s.standfirst}</h4>
<div class="rpt_info">{s.author}<br>প্রকাশ: ৬ নভেম্বর ২০২৩, ১০:১৫<br>সর্বশেষ আপডেট: ৭ নভেম্বর ২০২৩</div>
<div class="dtl_img"><img src="/n.jpg" class="img-responsive" alt=""><div class="caption">{s.caption}</div></div>
<div class="dtl_content">{"<br><br>".join(s.p)}<br><br>নদীবার্তার এই প্রতিবেদন অন্য কোনো পত্রিকা বা ওয়েবসাইটে প্রকাশ করতে চাইলে <a href="/permission">আমাদের অনুমতি</a> নিন।</div>
<div class="subscribe_box"><b>প্রতিদিনের খবর ইমেইলে</b><br>আপনার ঠিকানা লিখুন, সকালে বাছাই করা খবর পাঠিয়ে দেব।<form><input type="text"></form></div></div>
<div class="col-sm-4"><div class="title">আরও পড়ুন</div><ul class="list">{links("ইলিশের দাম কমছে না|সেতুর কাজ থেমে আছে দুই বছর|হাওরে আগাম বন্যার শঙ্কা")}</ul></div></div></div>
<div class="footer">স্বত্ব © ২০২৩ নদীবার্তা</div></body></html>"""


@page("gefyri", "https://www.nisiotika.example/koinonia/almyro-giatros", "2024-10-22T12:40:00+03:00")
def custom_elements(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="el"><head><meta charset="utf-8"><title>{s.headline} | Νησιώτικα Νέα</title>
<meta name="description" content="{s.standfirst}">{og(og__title=s.headline, article__published_time="2024-10-22T12:40:00+03:00", article__author=s.author)}
<script type="module" src="/c.js"></script></head><body><ni-app><ni-skip-link><a href="#m">Μετάβαση στο περιεχόμενο</a></ni-skip-link>
<ni-header><ni-nav>{links("Κοινωνία|Πολιτική|Υγεία|Ναυτιλία|Απόψεις", '<ni-nav-item><a href="/{1}">{0}</a></ni-nav-item>')}</ni-nav></ni-header>
<ni-story id="m"><ni-headline><h1 slot="title">{s.headline}</h1></ni-headline><ni-lede><p slot="deck">{s.standfirst}</p></ni-lede>
<ni-byline><span slot="author">Της <a href="/a/dk">{s.author}</a></span><time datetime="2024-10-22T12:40:00+03:00">22 Οκτωβρίου 2024, 12:40</time><span slot="updated">Τελευταία ενημέρωση πριν από 3 ημέρες</span></ni-byline>
<ni-figure><img src="/i.jpg" alt=""><span slot="caption">{s.caption}</span></ni-figure>
<ni-body>{each(s.p[:4], "<ni-par><p>{}</p></ni-par>")}
<ni-signup><h3>Το γράμμα των νησιών</h3><p>Κάθε Κυριακή στο ηλεκτρονικό σας ταχυδρομείο, δωρεάν. Γράψτε το email σας.</p></ni-signup>
{each(s.p[4:], "<ni-par><p>{}</p></ni-par>")}
<ni-par><p>Θέλετε να αναδημοσιεύσετε αυτό το ρεπορτάζ; Συμπληρώστε πρώτα τη <a href="/adeia">φόρμα άδειας</a>.</p></ni-par></ni-body>
<ni-related><h2>Σχετικά άρθρα</h2>{links("Το πλοίο της γραμμής έμεινε στο λιμάνι|Νερό με υδροφόρες σε τρία νησιά|Ένα σχολείο με δύο μαθητές", '<ni-card><a href="/r/{1}"><h3>{0}</h3></a></ni-card>')}</ni-related></ni-story>
<ni-footer><p>© Νησιώτικα Νέα – Με επιφύλαξη παντός δικαιώματος</p></ni-footer></ni-app></body></html>"""


@page("ferry", "https://www.skarholmcourier.example/news/2024/10/08/ferry-timetable-halved", "2024-10-08")
def microdata_notice_in_last_box(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="en" itemscope itemtype="https://schema.org/WebPage"><head><meta charset="utf-8"><title>{s.headline} : Skarholm Courier</title></head>
<body><div id="wrap"><div class="skip"><a href="#story">Skip navigation</a></div><div class="logo"><a href="/">Skarholm Courier</a></div>
<ul id="nav">{links("Home|News|Harbour|School|Letters|Notices|Contact")}</ul>
<div id="story" itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{s.headline}</h1><h2 itemprop="alternativeHeadline">{s.standfirst}</h2>
<p class="by">By <span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{s.author}</span></span>, <span itemprop="datePublished" content="2024-10-08">8 October 2024</span>
<span itemprop="dateModified" content="2024-10-09">(last changed yesterday)</span></p>
<div itemprop="image" itemscope itemtype="https://schema.org/ImageObject"><img itemprop="contentUrl" src="/t.jpg" alt=""><p itemprop="caption">{s.caption}</p></div>
<div itemprop="articleBody">{each(s.p[:-1])}
<div class="last"><p>{s.p[-1]}</p><p>The Courier is read far beyond the islands. Papers and sites that wish to run our articles should write to <a href="mailto:desk@skarholmcourier.example">the desk</a>, who will quote a fee.</p></div></div>
<div class="tagline">Filed under <a itemprop="keywords" href="/k/1">ferries</a>, <a itemprop="keywords" href="/k/2">islands</a></div></div>
<div class="box"><b>Word from the pier</b><p>Our postcard of island news, on Fridays, by email. <a href="/post">Put me on the list</a></p></div>
<div class="also"><h3>Read next</h3><ul>{links("New chief for the harbour|Herring come late again|Lighthouse to be painted red")}</ul></div>
<div id="foot">Printed and published on Store Skarholm</div></div></body></html>"""


@page("hafen", "https://www.kuestenbote.example/archiv/2009/1203/hafenbruecke.html", "2009-12-03")
def no_headings_old_tables(s: Story) -> str:
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8">
<title>Küstenbote: {s.headline}</title></head><body bgcolor="#ffffff"><table width="960" border="0" cellpadding="0" cellspacing="0"><tr><td colspan="3"><img src="/kopf.gif" alt="Küstenbote"></td></tr>
<tr><td width="160" valign="top" class="navi">{links("Startseite|Lokales|Sport|Kultur|Kleinanzeigen|Impressum", '<a href="/{1}" class="n">{0}</a><br>')}</td>
<td width="560" valign="top"><div class="ressort">Lokales</div><div class="titel"><b>{s.headline}</b></div><div class="vorspann"><b>{s.standfirst}</b></div>
<table align="right" width="220"><tr><td><img src="/bruecke.jpg" width="220" height="160" alt=""></td></tr><tr><td class="bildtext"><font size="1">{s.caption}</font></td></tr></table>
<div class="autor">Von {s.author} &nbsp;|&nbsp; 03.12.2009</div>
<div class="text">{"<br><br>".join(s.p)}</div>
<div class="hinweis"><font size="1">Nachdruck dieses Berichts nur mit Einwilligung der Redaktion. Wer ihn übernehmen will, schreibe an <a href="mailto:r@kuestenbote.example">die Redaktion</a>.</font></div>
<div class="stand"><font size="1">Stand: 04.12.2009, 07:20 Uhr</font></div>
<div><a href="druck.html">Artikel drucken</a> | <a href="mail.html">Artikel versenden</a></div></td>
<td width="240" valign="top" class="rechts"><b>Küstenbote per E-Mail</b><br>Jeden Morgen um sechs die Schlagzeilen. <a href="/nl">Hier anmelden</a><br><br><b>Weitere Artikel</b><br>
{links("Krabbenpreis fällt auf Tiefstand|Grundschule bekommt neue Turnhalle|Fähre rammt Kaimauer", '<a href="/{1}">{0}</a><br>')}</td></tr></table></body></html>"""


@page(
    "escola",
    "https://portalsf.example/noticia/ponte-de-serra-funda",
    "2024-09-03T10:00:00-03:00",
    captions=["Estudantes atravessam a nova ponte no primeiro dia de aula Foto: Caio Brandt"],
)  # one line to readers
def notice_in_the_middle(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="pt"><head><meta charset="utf-8"><title>{s.headline}</title><meta name="author" content="{s.author}">
<meta name="description" content="{s.standfirst}"><meta property="article:published_time" content="2024-09-03T10:00:00-03:00"></head><body>
<header class="topo"><a class="pular" href="#conteudo">Pular para o conteúdo</a><nav class="menu">{links("Capa|Notícias|Esportes|Vídeos|Colunas", '<a href="/{1}">{0}</a>')}</nav></header>
<div class="noticia" id="conteudo"><div class="chapeu">Educação</div><h1 class="titulo">{s.headline}</h1><h2 class="linha-fina">{s.standfirst}</h2>
<div class="assinatura"><strong>{s.author}</strong><span class="data">03/09/2024 às 10h00 · Atualizado há 5 dias</span></div>
<figure class="foto"><img src="/p.jpg" alt=""><figcaption>{s.caption} <small>{s.credit}</small></figcaption></figure>
<div class="corpo">{each(s.p[:3])}
<p class="aviso">Veículos de imprensa podem usar esta reportagem sem custo; pedimos apenas um aviso por meio deste <a href="/aviso">formulário</a> e o crédito.</p>
<p class="aviso">Receba nossas reportagens no WhatsApp: <a href="/zap">entre no canal</a>.</p>
{each(s.p[3:])}</div>
<div class="veja"><h3>Veja mais</h3><ul>{links("Chuva deixa bairro sem luz|Feira do livro começa na quinta|Prefeito troca dois secretários")}</ul></div></div>
<footer>Portal Serra Funda - Todos os direitos reservados</footer></body></html>"""


@page(
    "phare",
    "https://www.lamaree.example/portraits/le-gardien-de-kermoran",
    "2023-09-26T06:00:00+02:00",
    captions=["Le phare de Kermoran à marée basse, en septembre © Loïc Tanguy"],
)
def notice_after_the_bio(s: Story) -> str:
    return f"""<!doctype html><html lang="fr-FR"><head><meta charset="utf-8"><title>{s.headline} • La Marée</title>
{og(og__type="article", og__title=s.headline, og__site_name="La Marée", og__description=s.standfirst)}
{json_ld(headline=s.headline, datePublished="2023-09-26T06:00:00+02:00", author={"@type": "Person", "name": s.author})}</head>
<body><a class="acces" href="#texte">Passer au contenu</a><header><nav><ul>{links("Enquêtes|Portraits|Mer|Société|Boutique|Connexion")}</ul></nav></header>
<main><article class="portrait"><div class="portrait__tete"><span class="rubrique">Portraits</span><h1>{s.headline}</h1><p class="portrait__chapo">{s.standfirst}</p>
<p class="portrait__signature">Texte : {s.author} – Le 26 septembre 2023 à 06:00</p></div>
<figure><img src="/k.jpg" alt=""><figcaption>{s.caption} © Loïc Tanguy</figcaption></figure>
<div class="portrait__texte" id="texte">{each(s.p)}
<div class="bio"><p>Née à Brest, Solenn Abgrall écrit sur les gens de mer depuis dix ans. Elle collabore à plusieurs revues.</p></div>
<p>Nos articles ne sont pas libres de droits : pour les publier ailleurs, un accord écrit est nécessaire. Tout est expliqué <a href="/droits">sur cette page</a>.</p></div></article>
<section class="lettre"><h2>Une lettre à chaque pleine mer</h2><p>Deux fois par mois, nos récits dans votre boîte aux lettres électronique.</p><form><input type="email"><button>Je m’inscris</button></form></section>
<section class="suite"><h2>Dans le même sillage</h2><article><h3><a href="/1">La voileuse d’Argenton</a></h3></article><article><h3><a href="/2">Un bac sans passeur</a></h3></article></section></main>
<footer><p>La Marée, revue indépendante – Mentions légales</p></footer></body></html>"""


@page("dariya", "https://www.bandargah.example/2024/02/neelkot-fees", "2024-02-12", captions=[])
def newsletter_as_plain_paragraphs(s: Story) -> str:
    return f"""<!DOCTYPE html><html dir="rtl" lang="ur"><head><meta charset="UTF-8"><title>{s.headline} - بندرگاہ نیوز</title>
<meta property="og:site_name" content="بندرگاہ نیوز"><meta property="article:published_time" content="2024-02-12T15:00:00+00:00"></head><body class="rtl single-post">
<div class="td-header"><ul class="sf-menu">{links("ہوم|تازہ ترین|پاکستان|کاروبار|کھیل|بلاگ")}</ul></div>
<div class="td-container"><article class="post"><ul class="td-category"><li class="entry-category"><a href="/c">کاروبار</a></li></ul><h1 class="entry-title">{s.headline}</h1>
<p class="td-post-sub-title">{s.standfirst}</p><div class="td-module-meta-info"><div class="td-post-author-name">از <a href="/a">{s.author}</a></div>
<span class="td-post-date"><time class="entry-date" datetime="2024-02-12T15:00:00+00:00">فروری 12, 2024</time></span><div class="td-post-views">1,204</div></div>
<div class="td-post-featured-image"><img src="/b.jpg" alt=""></div><div class="td-post-content">{each(s.p[:2])}
<p><strong>بندرگاہ نیوز کا ہفتہ وار ای میل</strong></p><p>اہم خبریں ہر جمعے کو اپنے اِن باکس میں پانے کے لیے ابھی مفت رکن بنیں۔</p>
{each(s.p[2:])}
<p><em>یہ رپورٹ کسی اور اخبار یا ویب سائٹ پر چھاپنے سے پہلے ادارے سے تحریری اجازت لینا ضروری ہے۔</em></p></div>
<div class="td-post-sharing"><a href="#">فیس بک</a><a href="#">ٹوئٹر</a><a href="#">واٹس ایپ</a></div></article>
<div class="td_block_related_posts"><h4 class="td-related-title">مزید پڑھیں</h4>{links("ساحلی سڑک پر ٹریفک بند|نئی گودی کا افتتاح ملتوی|سیپیوں کی قیمت بڑھ گئی", '<div class="td_module"><h3 class="entry-title"><a href="/{1}">{0}</a></h3></div>')}</div></div>
<div class="td-sub-footer">© بندرگاہ نیوز</div></body></html>"""


@page(
    "yeondo", "https://www.seomsinmun.example/news/articleView.html?idxno=20318", "2024-03-11T09:12:00+09:00"
)
def update_line_in_the_text(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{s.headline} - 섬신문</title>
{og(og__title=s.headline, og__site_name="섬신문", article__published_time="2024-03-11T09:12:00+09:00", article__author=s.author)}</head><body>
<div id="skip"><a href="#article-view">주요 본문으로 건너뛰기</a></div><header id="user-header"><ul id="nav">{links("전체기사|지역|경제|문화|사람들|독자투고")}</ul></header>
<section id="article-view"><header class="article-view-header"><h3 class="heading">{s.headline}</h3><h4 class="subheading">{s.standfirst}</h4>
<ul class="infomation"><li>기자명 {s.author} 기자</li><li>입력 2024.03.11 09:12</li><li>댓글 0</li></ul></header>
<article id="article-view-content-div" class="article-veiw-body" itemprop="articleBody"><figure class="photo-layout"><img src="/s.jpg" alt=""><figcaption>{s.caption}</figcaption></figure>
<p>최종 수정: 3일 전</p>{each(s.p)}
<p><em>섬신문의 글을 옮겨 실으려면 반드시 편집국의 동의를 먼저 받아야 합니다.</em></p></article>
<div class="view-copyright">저작권자 © 섬신문 무단전재 및 재배포 금지</div><div class="writer"><strong>{s.author}</strong> <a href="mailto:y@seomsinmun.example">y@seomsinmun.example</a></div>
<div class="letter"><strong>섬신문 편지</strong><p>이메일 주소를 남기시면 매주 화요일에 섬 이야기를 보내 드립니다.</p></div>
<section class="auto-related"><h4>이 기사와 함께 읽으면 좋은 글</h4><ul>{links("김 양식장에 무슨 일이|막차 놓친 섬사람들|여객선 운임 내린다")}</ul></section></section></body></html>"""
