"""Twenty pages that have what the founding page has, each built as another system builds it.

Headline, standfirst, caption, author, day and paragraphs; beside them a newsletter box, a notice about republishing,
a "last update" line, other stories and a skip link. Tested in tests/extract/test_unseen_pages.py.
"""

import json

from tests.extract.unseen.making import Story, each, json_ld, links, og, page


@page("shamba", "https://www.habarimlowa.example/mikoani/bei-ya-maji", "2023-10-09")
def drupal_7(s: Story) -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML+RDFa 1.0//EN" "http://www.w3.org/MarkUp/DTD/xhtml-rdfa-1.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="sw" version="XHTML+RDFa 1.0" dir="ltr">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><meta name="Generator" content="Drupal 7" />
<title>{s.headline} | Habari Mlowa</title><meta property="og:site_name" content="Habari Mlowa" />
<meta property="article:published_time" content="2023-10-09T06:10:00+03:00" />
</head><body class="html not-front not-logged-in one-sidebar page-node page-node- page-node-8812 node-type-article">
<div id="skip-link"><a href="#main-content" class="element-invisible element-focusable">Ruka hadi kwenye maudhui</a></div>
<div id="page-wrapper"><div id="page"><div id="header"><a href="/" id="logo"><img src="/logo.png" alt="Mwanzo" /></a>
<ul id="main-menu-links" class="links clearfix">{links("Mwanzo|Kitaifa|Mikoani|Biashara|Michezo|Maoni")}</ul></div>
<div id="main" class="clearfix"><div id="content" class="column"><div class="section"><a id="main-content"></a>
<h1 class="title" id="page-title">{s.headline}</h1>
<div class="region region-content"><div id="block-system-main" class="block block-system"><div class="content">
<div id="node-8812" class="node node-article node-full clearfix">
<div class="meta submitted">Imewasilishwa na <span class="username">{s.author}</span> mnamo 9 Oktoba 2023 - 06:10</div>
<div class="field field-name-field-subhead field-type-text field-label-hidden"><div class="field-items">
<div class="field-item even">{s.standfirst}</div></div></div>
<div class="field field-name-field-image field-type-image field-label-hidden"><div class="field-items">
<div class="field-item even"><img src="/f/mfereji.jpg" width="640" height="420" alt="" />
<blockquote class="image-field-caption"><p>{s.caption}</p></blockquote></div></div></div>
<div class="field field-name-body field-type-text-with-summary field-label-hidden"><div class="field-items">
<div class="field-item even">{each(s.p)}
<p><em>Habari Mlowa ni chombo huru. Vyombo vingine vinavyotaka kuchapisha tena makala hii viwasiliane nasi kupitia
<a href="/ruhusa">fomu hii</a>.</em></p></div></div></div>
<div class="field field-name-field-tags"><div class="field-label">Mada:&nbsp;</div><a href="/t/maji">maji</a> <a href="/t/kilimo">kilimo</a></div>
</div></div></div>
<div id="block-block-7" class="block block-block"><h2>Pata habari kila asubuhi</h2><div class="content">
<p>Andika barua pepe yako, tukutumie muhtasari wa habari za siku bila malipo.</p></div></div>
<div id="block-views-soma-pia-block" class="block block-views"><h2>Soma pia</h2><div class="view-content">
<div class="views-row views-row-1"><a href="/n/1">Barabara ya Kilindi kufungwa wiki mbili</a></div>
<div class="views-row views-row-2"><a href="/n/2">Shule nne zapata vitabu vipya</a></div>
<div class="views-row views-row-3"><a href="/n/3">Soko la Mlowa laungua usiku</a></div></div></div>
</div></div></div></div>
<div id="footer"><p>Haki zote zimehifadhiwa © 2023 Habari Mlowa</p></div></div></div></body></html>"""


@page("dariya", "https://www.sahilnews.example/urdu/node/55121", "2024-02-13T09:20:00+05:00")
def drupal_9_paragraphs(s: Story) -> str:
    def part(text: str) -> str:
        return (
            '<div class="paragraph paragraph--type--text paragraph--view-mode--default"><div class="clearfix '
            f'text-formatted field field--name-field-text field__item"><p>{text}</p></div></div>'
        )

    box = """<div class="paragraph paragraph--type--from-library"><div class="webform-block"><h3>ہمارا خبرنامہ حاصل کریں</h3>
<p>ہفتے کی اہم خبریں اپنے ای میل پر پانے کے لیے اندراج کرائیں</p><form><input type="email"/><button>اندراج</button></form></div></div>"""
    return f"""<!DOCTYPE html>
<html lang="ur" dir="rtl" prefix="og: https://ogp.me/ns#"><head><meta charset="utf-8" />
<meta name="description" content="{
        s.standfirst
    }" /><meta name="Generator" content="Drupal 9 (https://www.drupal.org)" />
{og(og__site_name="ساحل نیوز", og__title=s.headline, og__type="article")}
{
        json_ld(
            headline=s.headline,
            datePublished="2024-02-13T09:20:00+0500",
            dateModified="2024-02-14T11:00:00+0500",
            author={"@type": "Person", "name": s.author},
            publisher={"@type": "Organization", "name": "ساحل نیوز"},
        )
    }
<title>{s.headline} | ساحل نیوز</title></head><body class="path-node page-node-type-story">
<a href="#main-content" class="visually-hidden focusable">مرکزی مواد پر جائیں</a>
<div class="dialog-off-canvas-main-canvas" data-off-canvas-main-canvas><div class="layout-container">
<header role="banner"><nav role="navigation"><ul>{
        links("صفحہ اول|پاکستان|دنیا|کھیل|کاروبار|رائے")
    }</ul></nav></header>
<main role="main"><div class="layout-content"><article role="article" class="node node--type-story node--view-mode-full">
<h1><span>{s.headline}</span></h1><div class="field field--name-field-deck">{s.standfirst}</div>
<div class="node__meta"><span>تحریر: <a href="/u/91">{
        s.author
    }</a></span> <time datetime="2024-02-13T04:20:00Z">13 فروری 2024</time>
<span class="changed">آخری بار تازہ کاری: 8 ماہ پہلے</span></div>
<div class="node__content"><figure role="group" class="caption caption-img"><img src="/k.jpg" alt="کشتیاں"/>
<figcaption>{s.caption}</figcaption></figure>
{each(map(part, s.p[:3]), "{}")}
{box}
{each(map(part, s.p[3:]), "{}")}
{
        part(
            "ساحل نیوز ساحلی علاقوں کی غیر جانبدار رپورٹنگ کرتا ہے۔ اس تحریر کو دوبارہ شائع کرنے کی اجازت اور فیس کے بارے میں جاننے کے لیے یہ <a href='/f'>فارم</a> پُر کریں۔"
        )
    }
</div></article></div></main>
<section class="related"><h2>متعلقہ خبریں</h2><ul>{
        links("سمندری طوفان کا خطرہ ٹل گیا|مچھلی کی برآمد میں اضافہ|کراچی میں پانی کا بحران")
    }</ul></section>
<footer><p>جملہ حقوق بحق ساحل نیوز محفوظ ہیں</p></footer></div></div></body></html>"""


@page("nadi", "https://hindi.gaonvarta.example/2024/05/sonpuri-talab", "2024-05-21")
def drupal_10_layout_builder(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="hi" dir="ltr"><head><meta charset="utf-8"/>
<title>{s.headline} | गांव वार्ता</title><meta property="og:title" content="{s.headline}"/><meta property="og:site_name" content="गांव वार्ता"/>
<meta property="og:description" content="{s.standfirst}"/><meta property="article:published_time" content="2024-05-21T08:00:00+05:30"/>
</head><body><a class="visually-hidden focusable" href="#main">मुख्य सामग्री पर जाएं</a>
<header class="site-header"><div class="region region-primary-menu"><ul class="menu">{links("होम|राज्य|खेती|पानी|शिक्षा|वीडियो")}</ul></div></header>
<main id="main"><div class="block block-system block-system-main-block"><article class="node node--article">
<div class="layout layout--onecol"><div class="layout__region layout__region--content">
<div class="block block-layout-builder block-field-blocknodearticletitle"><h1>{s.headline}</h1></div>
<div class="block block-layout-builder block-field-blocknodearticlefield-intro"><div class="field__item"><strong>{s.standfirst}</strong></div></div>
<div class="block block-layout-builder"><div class="byline">लेखक: <a href="/lekhak/kavita">{s.author}</a></div>
<div class="date">21 मई 2024, 08:00</div><div class="date">अंतिम अपडेट: 2 महीने पहले</div></div>
<div class="block block-layout-builder"><div class="media media--type-image"><img src="/t.webp" alt=""/>
<div class="field field--name-field-caption">{s.caption}</div><div class="field field--name-field-credit">{s.credit}</div></div></div></div></div>
<div class="layout layout--twocol-section layout--twocol-section--67-33"><div class="layout__region layout__region--first">
<div class="block block-field-blocknodearticlebody">
<p class="note">यह रिपोर्ट किसी दूसरे अखबार या वेबसाइट पर छापने के लिए पहले हमसे <a href="/anumati">अनुमति</a> लें।</p>
{each(s.p)}</div></div>
<div class="layout__region layout__region--second"><div class="block"><h2>हमारा न्यूजलेटर</h2>
<p>गांवों की पांच बड़ी खबरें हर शनिवार सीधे आपके इनबॉक्स में।</p><form><input type="email"/><input type="submit" value="सदस्य बनें"/></form></div>
<div class="block views-block"><h2>ये भी पढ़ें</h2><div class="item-list"><ul>{links("बाजरे की नई किस्म से दोगुनी उपज|सड़क के लिए धरने पर बैठे किसान|पंचायत भवन में खुला पुस्तकालय")}</ul></div></div>
</div></div></article></div></main><footer>© गांव वार्ता, सर्वाधिकार सुरक्षित</footer></body></html>"""


@page("escola", "https://jornaldaserra.example/2024/09/03/ponte-alunos/", "2024-09-03T05:45:12-03:00")
def wordpress_block_theme(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="pt-BR"><head><meta charset="UTF-8"/><meta name="viewport" content="width=device-width"/>
<title>{s.headline} &#8211; Jornal da Serra</title><meta name="generator" content="WordPress 6.5"/>
<style>.wp-block-group{{box-sizing:border-box}} .screen-reader-text{{clip:rect(1px,1px,1px,1px);position:absolute}}</style>
</head><body class="post-template-default single single-post postid-4471 wp-embed-responsive">
<div class="wp-site-blocks"><header class="wp-block-template-part"><div class="wp-block-group has-global-padding is-layout-constrained">
<p class="wp-block-site-title"><a href="/" rel="home">Jornal da Serra</a></p>
<nav class="wp-block-navigation"><ul class="wp-block-page-list">{links("Início|Cidade|Região|Política|Esporte|Assine", '<li class="wp-block-pages-list__item"><a href="/{1}">{0}</a></li>')}</ul></nav></div></header>
<main class="wp-block-group is-layout-flow" id="wp--skip-link--target">
<div class="wp-block-group has-global-padding is-layout-constrained"><h1 class="wp-block-post-title">{s.headline}</h1>
<div class="wp-block-post-excerpt"><p class="wp-block-post-excerpt__excerpt">{s.standfirst}</p></div>
<div class="wp-block-template-part"><div class="wp-block-group is-layout-flex"><div class="wp-block-post-date"><time datetime="2024-09-03T05:45:12-03:00">3 de setembro de 2024</time></div>
<p class="has-contrast-2-color has-text-color">—</p><p class="has-small-font-size has-contrast-2-color">por </p>
<div class="wp-block-post-author-name"><a href="/author/livia" class="wp-block-post-author-name__link">{s.author}</a></div>
<div class="taxonomy-category wp-block-post-terms"><span class="wp-block-post-terms__prefix">em </span><a href="/c" rel="tag">Região</a></div></div></div></div>
<div class="entry-content wp-block-post-content has-global-padding is-layout-constrained">
<figure class="wp-block-image size-large"><img src="/p.jpg" alt=""/><figcaption class="wp-element-caption">{s.caption}</figcaption></figure>
{each(s.p[:2])}
<div class="wp-block-group has-background is-layout-constrained" style="border-radius:8px"><h3 class="wp-block-heading">O melhor da serra, toda sexta</h3>
<p>Deixe seu e-mail e receba nossa carta semanal com as reportagens da redação.</p></div>
{each(s.p[2:])}
<hr class="wp-block-separator has-alpha-channel-opacity"/>
<p class="has-text-align-center has-small-font-size"><em>Este conteúdo pode ser reproduzido por outros veículos, desde que citados a autora e o Jornal da Serra. Veja as <a href="/republique">condições</a>.</em></p>
</div><div class="wp-block-group"><h2 class="wp-block-heading">Leia também</h2><ul class="wp-block-post-template">
<li class="wp-block-post"><h3 class="wp-block-post-title"><a href="/a">Geada adia colheita da uva</a></h3></li>
<li class="wp-block-post"><h3 class="wp-block-post-title"><a href="/b">Câmara vota novo plano diretor</a></h3></li></ul></div>
</main><footer class="wp-block-template-part"><p>Projetado com <a href="https://wordpress.example">WordPress</a></p></footer></div></body></html>"""


@page("museum", "https://brenzweekly.example/culture/clocks-returned/", "2022-06-18")
def wordpress_classic_bio_then_notice(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><title>{
        s.headline
    } - Brenz Weekly</title>
{
        og(
            og__type="article",
            og__title=s.headline + " - Brenz Weekly",
            og__site_name="Brenz Weekly",
            article__published_time="2022-06-18T10:02:11+00:00",
            article__modified_time="2022-06-20T07:00:00+00:00",
        )
    }<meta name="author" content="{s.author}"></head>
<body class="single single-post"><a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<div id="page" class="hfeed site"><header id="masthead"><div class="site-branding"><a href="/">Brenz Weekly</a></div>
<nav id="site-navigation"><div class="menu-main-container"><ul id="primary-menu">{
        links("News|Culture|Politics|Sport|Letters|Shop")
    }</ul></div></nav></header>
<div id="content" class="site-content"><main id="main" class="site-main"><article id="post-31" class="post-31 post type-post hentry category-culture">
<header class="entry-header"><h1 class="entry-title">{
        s.headline
    }</h1><div class="entry-meta"><span class="posted-on">Posted on <a href="#" rel="bookmark">
<time class="entry-date published" datetime="2022-06-18T10:02:11+00:00">June 18, 2022</time><time class="updated" datetime="2022-06-20T07:00:00+00:00">June 20, 2022</time></a></span>
<span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/ja">{
        s.author
    }</a></span></span></div></header>
<div class="entry-content"><h4 class="subtitle">{s.standfirst}</h4>
<div id="attachment_32" class="wp-caption aligncenter"><img src="/c.jpg" alt=""><p class="wp-caption-text">{
        s.caption
    }</p></div>
{each(s.p)}
<p><strong>{
        s.author
    }</strong> covers art and restitution for the Weekly and teaches museum studies at the college of Brenz.</p>
<p>Would you like to carry this article in your own publication? We are glad to share; <a href="/share">read how</a> before you copy it.</p>
</div><footer class="entry-footer"><span class="cat-links">Posted in <a href="/c">Culture</a></span><span class="tags-links">Tagged <a href="/t/1">clocks</a>, <a href="/t/2">museums</a></span></footer>
</article><div class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>Related</em></h3><div class="jp-relatedposts-items">
<div class="jp-relatedposts-post"><h4><a href="/x">Orlau opens archive of the guild</a></h4><p>Two rooms of papers can be read from Monday.</p></div>
<div class="jp-relatedposts-post"><h4><a href="/y">A painting nobody wanted back</a></h4><p>The heirs were found, and said no.</p></div></div></div></main>
<aside id="secondary" class="widget-area"><section class="widget widget_mc4wp"><h2>The Weekly in your inbox</h2><p>Six stories, one email, no charge.</p></section></aside></div>
<footer id="colophon"><div class="site-info">Proudly powered by WordPress</div></footer></div></body></html>"""


@page(
    "viento",
    "https://www.lasierra.example/sociedad/2024-06-10/valdehierro-parque-eolico.html",
    "2024-06-10T21:14:06Z",
)
def arc(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"/><title>{
        s.headline
    } | Sociedad | La Sierra</title>
<meta name="description" content="{s.standfirst}"/>{og(og__title=s.headline, og__site_name="La Sierra")}
{
        json_ld(
            headline=s.headline,
            description=s.standfirst,
            datePublished="2024-06-10T21:14:06Z",
            dateModified="2024-06-11T06:01:00Z",
            author=[{"@type": "Person", "name": s.author}],
            articleSection="Sociedad",
            isAccessibleForFree=True,
        )
    }
<script>window.Fusion=window.Fusion||{{}};Fusion.arcSite="lasierra";Fusion.globalContent={{"_id":"QWX3"}};</script></head>
<body class="a_b"><div id="fusion-app" class="fusion-app"><div class="b-header-nav-chain"><nav>{
        links("España|Internacional|Opinión|Sociedad|Deportes", '<a class="c-link" href="/{1}">{0}</a>')
    }</nav></div>
<section class="b-right-rail"><div class="b-right-rail__main"><a href="#content" class="c-skip">Saltar al contenido</a>
<h1 class="b-headline">{s.headline}</h1><h2 class="b-subheadline">{s.standfirst}</h2>
<div class="b-byline"><span class="b-byline__names">Por <a class="c-link b-byline__by-name" href="/autor/mz">{
        s.author
    }</a></span>
<time class="c-date b-date" datetime="2024-06-10T21:14:06Z">10 de junio de 2024 - 23:14</time></div>
<figure class="c-media-item"><div class="c-image__wrapper"><img class="c-image" src="/v.jpg" alt=""/></div>
<figcaption class="c-media-item__fig-caption"><span class="c-media-item__caption">{
        s.caption
    }</span><span class="c-media-item__credit">{s.credit}</span></figcaption></figure>
<article class="b-article-body">{each(s.p[:3], '<p class="c-paragraph">{}</p>')}
<aside class="b-newsletter"><h3 class="c-heading">La carta de los pueblos</h3><p class="c-paragraph">Cada domingo, las historias que no salen en los mapas. Apúntate.</p></aside>
{each(s.p[3:], '<p class="c-paragraph">{}</p>')}
<aside class="b-reuse"><p class="c-paragraph">Los textos de La Sierra se pueden reproducir en otros medios previo pago. Pida precio en <a class="c-link" href="/licencias">nuestra oficina de licencias</a>.</p></aside></article>
<div class="b-tags">{
        links("Energía|Municipios|Cooperativas", '<a class="c-link" href="/t/{1}">{0}</a>')
    }</div></div>
<aside class="b-right-rail__rail"><h2>Lo más visto</h2><ol>{
        links("Un lince vuelve a la dehesa|La nevada corta tres puertos|Cierra la última mina")
    }</ol></aside></section>
<footer>© La Sierra. Todos los derechos reservados</footer></div></body></html>"""


@page("dam", "https://www.valleydispatch.example/2024-10-04/velden-dam-crack", "2024-10-04T14:12:00-04:00")
def brightspot(s: Story) -> str:
    return f"""<!DOCTYPE html><html class="ArticlePage" lang="en"><head><meta charset="UTF-8"><title>{
        s.headline
    }</title>
<meta name="description" content="{s.standfirst}">{
        og(
            og__title=s.headline,
            og__site_name="The Valley Dispatch",
            article__published_time="2024-10-04T18:12:00",
        )
    }
{
        json_ld(
            headline=s.headline,
            datePublished="2024-10-04T14:12:00-04:00",
            dateModified="2024-10-05T09:30:00-04:00",
            author=[
                {
                    "@type": "Person",
                    "name": s.author,
                    "url": "https://www.valleydispatch.example/people/tobias-renwick",
                }
            ],
            publisher={"@type": "Organization", "name": "The Valley Dispatch"},
        )
    }</head>
<body class="Page-body"><ps-header class="PH"><div class="PH-hat"></div><a class="skip" href="#main">Skip to main content</a>
<ul class="NavigationLinks">{links("News|Water|Politics|Schools|Obituaries|Podcasts")}</ul></ps-header>
<div class="ArticlePage-main" id="main"><div class="ArticlePage-breadcrumb"><a href="/water">Water</a></div>
<h1 class="ArticlePage-headline">{s.headline}</h1><h2 class="ArticlePage-subHeadline">{s.standfirst}</h2>
<div class="ArticlePage-contentInfo"><div class="ArticlePage-authorBy">By</div><div class="ArticlePage-authorName"><span><a class="Link" href="/people/tobias-renwick">{
        s.author
    }</a></span></div>
<div class="ArticlePage-datePublished">Published October 4, 2024 at 2:12 PM EDT</div><div class="ArticlePage-dateModified">Updated October 5, 2024 at 9:30 AM EDT</div></div>
<div class="ArticlePage-actions"><ul class="ActionBar"><li><button>Facebook</button></li><li><button>Email</button></li></ul></div>
<div class="ArticlePage-lead"><figure class="Figure"><img class="Image" src="/d.jpg" alt=""><div class="Figure-content"><figcaption class="Figure-caption">{
        s.caption
    }</figcaption><div class="Figure-credit">{s.credit}</div></div></figure></div>
<div class="ArticlePage-articleBody"><div class="RichTextArticleBody RichTextBody">{each(s.p[:4])}
<div class="Enhancement" data-align-center><div class="Enhancement-item"><ps-promo class="PromoB"><div class="PromoB-content"><div class="PromoB-title"><a href="/sluice">The Sluice: our Thursday note on water</a></div><div class="PromoB-description">Who gets it, who pays for it, who drinks it. Free.</div></div></ps-promo></div></div>
{each(s.p[4:])}
<ul class="rte2-style-ul"><li>We let other outlets use our reporting under a few simple rules: <a href="/reprint">read them here</a>.</li><li>Names of reporters must not be removed.</li></ul></div></div>
<div class="ArticlePage-tags">Tags <a href="/tags/dams">Dams</a> <a href="/tags/water">Water</a></div>
<div class="AuthorBio"><div class="AuthorBio-name">{
        s.author
    }</div><div class="AuthorBio-text">Tobias Renwick has written about water and mines for the Dispatch since 2015. <a href="/people/tobias-renwick">See stories by {
        s.author
    }</a></div></div></div>
<bsp-list-loadmore class="ListJ"><div class="ListJ-title">More from the valley</div><ul>{
        links("Orchards ask for frost money|School bus route ends after crash|Old mill to be torn down")
    }</ul></bsp-list-loadmore>
<footer>© 2024 The Valley Dispatch</footer></body></html>"""


@page(
    "hafen", "https://www.norderauer-zeitung.example/lokales/artikel/hafenbruecke-gestoppt-4412", "2024-01-15"
)
def typo3(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="de-DE"><head><meta charset="utf-8"><!-- This website is powered by TYPO3 -->
<meta name="generator" content="TYPO3 CMS"><title>{s.headline} | Norderauer Zeitung</title><meta name="description" content="{s.standfirst}"></head>
<body id="p214" class="page-214 pagelevel-3 language-0 backendlayout-news"><div id="top"></div><a class="sr-only sr-only-focusable" href="#page-content">Zum Hauptinhalt springen</a>
<div class="body-bg"><header id="page-header" class="navbar"><nav class="collapse navbar-collapse"><ul class="nav navbar-nav">{links("Lokales|Sport|Wirtschaft|Kultur|Anzeigen|Abo")}</ul></nav></header>
<div id="page-content" class="main-section"><div class="section section-default"><div class="container">
<div id="c812" class="frame frame-default frame-type-news_newsdetail"><div class="frame-container"><div class="frame-inner">
<div class="news news-single"><div class="article" itemscope="itemscope" itemtype="http://schema.org/Article">
<div class="header"><h1 itemprop="headline">{s.headline}</h1></div><div class="footer"><p>
<span class="news-list-date"><time itemprop="datePublished" datetime="2024-01-15">15.01.2024</time></span>
<span class="news-list-author" itemprop="author" itemscope="itemscope" itemtype="http://schema.org/Person">von <span itemprop="name">{s.author}</span></span></p></div>
<div class="teaser-text" itemprop="description"><p>{s.standfirst}</p></div>
<div class="news-img-wrap"><div class="outer"><div class="mediaelement mediaelement-image"><a href="/g.jpg" class="lightbox"><img src="/g.jpg" alt=""></a></div><p class="news-img-caption">{s.caption}</p></div></div>
<div class="news-text-wrap" itemprop="articleBody">{each(s.p, '<p class="bodytext">{}</p>')}
<p class="bodytext">Sie möchten diesen Beitrag in Ihrer Zeitung oder auf Ihrer Seite nachdrucken? Die Preise nennt Ihnen gern unsere <a href="/lizenzen">Lizenzabteilung</a>.</p></div>
<div class="news-related-wrap"><div class="news-related news-related-news"><h4>Mehr zu diesem Thema</h4><ul><li><span class="news-related-news-date">11.12.2023</span> <a href="/1">Rat streitet über Brückenkosten</a></li>
<li><span class="news-related-news-date">02.09.2023</span> <a href="/2">Pfeiler drei steht schief</a></li></ul></div></div></div></div></div></div></div>
<div id="c901" class="frame frame-type-form_formframework"><div class="frame-inner"><h2 class="element-header">Post aus dem Hafen</h2><p>Einmal in der Woche schreiben wir Ihnen, was an der Küste los ist. Jetzt eintragen.</p></div></div></div></div></div>
<footer id="page-footer"><p>&copy; Norderauer Zeitung</p><p>Zuletzt geändert: 17.01.2024</p></footer></div></body></html>"""


@page("yeondo", "https://www.namhaetoday.example/articles/9f3kq", "2024-03-11T10:31:00+09:00")
def react_hashed_classes(s: Story) -> str:
    paragraphs = each(s.p, '<div class="css-1qcv2t e1x9kk0" data-testid="block">{}</div>')
    state = {
        "props": {"pageProps": {"article": {"id": "9f3kq", "title": s.headline, "writer": s.author}}},
        "page": "/articles/[id]",
    }
    return f"""<!DOCTYPE html><html lang="ko"><head><meta charSet="utf-8"/><title>{s.headline} - 남해투데이</title>
{og(og__title=s.headline, og__description=s.standfirst, og__site_name="남해투데이", article__published_time="2024-03-11T10:31:00+09:00")}
<style data-emotion="css">.css-1qcv2t{{font-size:18px;margin:0 0 24px}} .css-0z{{display:flex}}</style></head><body><div id="__next"><div class="css-0z">
<a class="css-skip" href="#content">본문 바로가기</a><div class="css-11hd">{links("정치|경제|사회|섬소식|오피니언", '<a class="css-7k2" href="/{1}">{0}</a>')}</div></div>
<div class="css-main" id="content"><div class="css-t8a2"><h1 class="css-h1q">{s.headline}</h1><p class="css-sub2">{s.standfirst}</p>
<div class="css-meta9"><span>{s.author} 기자</span><span>입력 2024.03.11 10:31</span><span>수정 2024.03.12 08:05</span></div></div>
<div class="css-body7"><div class="css-img3"><img src="/y.jpg" alt=""/><div class="css-cap5">{s.caption}</div></div>
{paragraphs}
<div class="css-1qcv2t e1x9kk0" data-testid="block">남해투데이의 기사를 다른 매체에 싣고 싶으시면 <a href="/syndication">콘텐츠 제휴 안내</a>를 읽고 신청서를 보내 주십시오.</div></div>
<div class="css-nl4"><strong>섬에서 온 편지</strong><p>매주 금요일 아침, 섬마을 소식을 메일로 보내 드립니다. 지금 구독하세요.</p></div>
<div class="css-rel6"><h2>관련 기사</h2>{links("등대지기 30년, 마지막 밤|섬 아이들의 통학선 이야기|폐교 활용 공모전 열려", '<a class="css-card" href="/r/{1}"><h3>{0}</h3></a>')}</div></div>
<div class="css-ft">저작권자 © 남해투데이 무단전재 및 재배포 금지</div></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps(state, ensure_ascii=False)}</script></body></html>"""


@page("bakery", "https://www.marshgazette.example/news/bakers-start-at-two/amp", "2023-04-27T16:05:00Z")
def amp_notice_on_top(s: Story) -> str:
    return f"""<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><script async src="https://cdn.ampproject.example/v0.js"></script>
<title>{
        s.headline
    }</title><link rel="canonical" href="https://www.marshgazette.example/news/bakers-start-at-two">
{
        json_ld(
            headline=s.headline,
            datePublished="2023-04-27T16:05:00Z",
            author={"@type": "Person", "name": s.author},
            publisher={"@type": "Organization", "name": "Marsh Gazette"},
        )
    }
<style amp-boilerplate>body{{-webkit-animation:-amp-start 8s steps(1,end) 0s 1 normal both}}</style></head><body>
<header class="amp-wp-header"><div><a href="/">Marsh Gazette</a></div><amp-sidebar id="sb" layout="nodisplay"><ul>{
        links("News|Sport|Farming|Letters")
    }</ul></amp-sidebar></header>
<article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{
        s.headline
    }</h1><p class="amp-standfirst">{s.standfirst}</p>
<div class="amp-wp-meta amp-wp-byline"><amp-img src="/o.jpg" width="24" height="24"></amp-img><span class="amp-wp-author author vcard">{
        s.author
    }</span></div>
<div class="amp-wp-meta amp-wp-posted-on"><time datetime="2023-04-27T16:05:00+00:00">1 year ago</time></div></header>
<figure class="amp-wp-article-featured-image wp-caption"><amp-img src="/l.jpg" width="800" height="500" layout="responsive"></amp-img><p class="wp-caption-text">{
        s.caption
    }</p></figure>
<div class="amp-wp-article-content"><p>Editors: our stories may run in your pages too. <a href="/wire">Here is what it costs and whom to ring.</a></p>
{each(s.p[:3])}<amp-ad width="300" height="250" type="doubleclick"><div fallback>Advertisement</div></amp-ad>
{each(s.p[3:])}
<amp-form><form method="post" action-xhr="/s" target="_top"><p>Marsh mornings: local news before your first cup. Enter your address.</p><input type="email" name="e"></form></amp-form></div>
<footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">Categories: <a href="/c">News</a></div></footer></article>
<section class="amp-related"><h3>You may also like</h3><ul>{
        links("Swans close the towpath|Mayor of Little Marsh retires|Church roof fund reaches half")
    }</ul></section>
<footer class="amp-wp-footer"><p>© Marsh Gazette Ltd</p><a href="#top">Back to top</a></footer></body></html>"""
