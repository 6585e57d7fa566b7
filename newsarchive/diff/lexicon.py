"""Words that name numbers, dates and negations, by language: data for newsarchive/diff/edit_regions.py.

Of a text whose language isn't known, the words of all languages count, but for those that mean something
else elsewhere (Norwegian "fire" is four). Pure. Tested in tests/diff/test_edit_regions.py.
"""

from __future__ import annotations

from functools import lru_cache

_NUMBERS = {
    "en": "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion billions trillion dozen dozens half double triple third fourth fifth sixth seventh eighth ninth tenth",
    "de": "null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert hunderte tausend tausende million millionen milliarde milliarden dutzend hälfte drittel viertel",
    "fr": "zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent cents mille million millions milliard milliards moitié tiers quart",
    "es": "cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta sesenta cien ciento cientos mil miles millón millones mitad tercio",
    "it": "zero due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta cento mila mille milione milioni miliardo miliardi metà",
    "pt": "zero dois duas três quatro cinco seis sete oito nove dez onze doze vinte trinta quarenta cinquenta cem cento mil milhão milhões bilhão bilhões metade",
    "nl": "nul twee drie vier vijf zes zeven acht negen tien elf twaalf dertien twintig dertig veertig vijftig zestig honderd honderden duizend duizenden miljoen miljard helft",
    "sv": "noll två tre fyra fem sex sju åtta nio tio elva tolv tjugo trettio fyrtio femtio hundra tusen miljon miljoner miljard miljarder hälften",
    "nb": "null to tre fire fem seks sju syv åtte ni ti elleve tolv tjue tretti førti femti hundre tusen million millioner milliard halvparten",
    "da": "nul to tre fire fem seks syv otte ni ti elleve tolv tyve tredive fyrre halvtreds hundrede tusind million millioner milliard halvdelen",
    "fi": "nolla kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen sata tuhat miljoona miljoonaa miljardi puolet",
    "pl": "zero dwa dwie dwóch trzy trzech cztery czterech pięć pięciu sześć siedem osiem dziewięć dziesięć dwadzieścia sto tysiąc tysiące tysięcy milion miliony milionów miliard połowa",
    "cs": "nula dva dvě tři čtyři pět šest sedm osm devět deset dvacet sto tisíc tisíce milion miliony miliarda polovina",
    "ru": "ноль два две двух три трёх трех четыре пять шесть семь восемь девять десять двадцать сорок сто тысяча тысячи тысяч миллион миллиона миллионов миллиард миллиардов половина",
    "uk": "нуль два дві три чотири п'ять шість сім вісім дев'ять десять сто тисяча тисячі тисяч мільйон мільйонів мільярд половина",
    "tr": "sıfır iki üç dört beş altı yedi sekiz dokuz on yüz bin milyon milyar yarısı",
    "ar": "اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر مئة مائة مئات ألف آلاف مليون ملايين مليار نصف",
    "zh": "一 二 三 四 五 六 七 八 九 十 百 千 万 億 亿 〇 两 兩",
    "ja": "一 二 三 四 五 六 七 八 九 十 百 千 万 億 〇",
}
_DATES = {
    "en": "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday today yesterday tomorrow tonight",
    "de": "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonnabend Sonntag heute gestern morgen",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche hier demain",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo hoy ayer mañana",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica oggi ieri domani",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo hoje ontem amanhã",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag vandaag gisteren morgen",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december måndag måndagen tisdag tisdagen onsdag onsdagen torsdag torsdagen fredag fredagen lördag lördagen söndag söndagen idag igår imorgon",
    "nb": "januar februar mars april mai juni juli august september oktober november desember mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "da": "januar februar marts april maj juni juli august september oktober november december mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina tänään eilen huomenna",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę dziś dzisiaj wczoraj jutro",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince pondělí úterý středa středu čtvrtek pátek sobota sobotu neděle neděli dnes včera zítra",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье сегодня вчера завтра",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середа середу четвер п'ятниця п'ятницю субота суботу неділя неділю сьогодні вчора завтра",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar bugün dün yarın",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد اليوم أمس غدا",
    "zh": "月 日 号 年 今天 昨天 明天",
    "ja": "月 日 年 今日 昨日 明日",
}
_NEGATIONS = "not no never without isn't wasn't aren't weren't didn't doesn't don't won't can't couldn't wouldn't nicht kein keine keinen nie pas non jamais nunca niet geen nooit inte ikke aldrig aldri ei nie nigdy не нет никогда ні değil لا لم لن 不 没 未 ない"
# Articles and prepositions: one of them exchanged for another is an edit, not a significant one.
_SMALL = "a an the of in on at to for by with from and as into der die das den dem des ein eine einen im am zum zur le la les un une du des de à au aux en el los las un una del al il lo gli uno di da het een van te o os as um uma do dos na no em den det en ett i på av til"
_AMBIGUOUS = frozenset(
    [
        *("once", "on", "bin", "fire", "to", "ti", "ni", "cent", "cents", "mil", "six", "sex", "sept", "elf", "null", "sei", "miles", "quart"),
        *("third", "half", "double", "tiers", "mille", "due", "tre", "mars", "mai", "may", "march", "mar", "maj", "mei", "hier", "morgen", "pazar"),
        *("sun", "sat", "salı", "cuma", "jan", "dec", "on", "stu", "sto", "fem", "fourth", "fifth", "mart", "on", "nul", "wtorek"),
    ]
)  # fmt: skip

NEGATIONS = frozenset(_NEGATIONS.split())
SMALL_WORDS = frozenset(_SMALL.split()) - NEGATIONS


@lru_cache(maxsize=64)
def number_words(language: str) -> frozenset[str]:
    """Words for numbers in lower case, of `language` (ISO 639-1) or, if it isn't known here, of all."""
    return _of(_NUMBERS, language)


@lru_cache(maxsize=64)
def date_words(language: str) -> frozenset[str]:
    """Months, weekdays and days like "yesterday" in lower case, of `language` or, if unknown here, of all.

    English "may" and "march" are no dates by themselves; "5 May" is told by its number.
    """
    return _of(_DATES, language) - {"may", "march"}


@lru_cache(maxsize=64)
def months(language: str) -> frozenset[str]:
    """As `date_words`, with every word that makes a date of the number beside it."""
    own = _DATES.get(language)
    return frozenset((own or " ".join(_DATES.values())).lower().split())


def _of(table: dict[str, str], language: str) -> frozenset[str]:
    if language in table:
        return frozenset(table[language].lower().split())
    return frozenset(" ".join(table.values()).lower().split()) - _AMBIGUOUS
