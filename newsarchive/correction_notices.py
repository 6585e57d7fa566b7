"""Words with which outlets say that they changed a story: corrections, updates, retractions.

A notice is told by its form and its wording: a label before a mark ("Correction: …") or a sentence in which the outlet
speaks of this very article ("an earlier version of this article"), neither quoted nor reported. A retraction needs its
place, too: the head or the end of the text, or a box of its own. Data, each row with an example that a test runs.
Pure. Tested in tests/test_correction_notices.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from newsarchive.model import NoticeKind
from newsarchive.pattern_words import folded, has_one, needed_words
from newsarchive.text import fold

Told = Literal["correction", "update", "retraction"]  # the kinds of change that a notice is


@dataclass(frozen=True, slots=True)
class Notice:
    """`label` opens a paragraph before a mark; `wording` may be anywhere in it; both after folding, case ignored.

    In `wording`, `@` is "this article" in the row's language and `~` a few words of one clause.
    """

    kind: Told
    language: str
    label: str = ""
    wording: str = ""
    example: str = ""


# "This article" as an outlet says it of its own page.
_ITSELF = {
    "en": r"(?:this|our) (?:article|story|report|headline|post|piece|page|interview)",
    "de": r"(?:dies|unser)(?:e[rmns]?)? (?:\w+ )?(?:artikels?|textes?|beitrag(?:es|s)?|berichte?s?|meldung|überschrift)",
    "fr": r"(?:cet|notre|ce|l'|du présent|le présent) ?(?:article|texte|titre)|cette (?:dépêche|page|publication)",
    "es": r"(?:este|nuestro) (?:artículo|texto|titular|reportaje)|(?:esta|nuestra) (?:noticia|información|nota|pieza)",
    "it": r"quest(?:o|'|a) ?(?:articolo|testo|pezzo|notizia|titolo)",
    "pt": r"(?:d?este|nosso) (?:artigo|texto)|(?:d?esta|nossa) (?:reportagem|matéria|notícia|página)",
    "nl": r"(?:dit|ons) (?:artikel|bericht|stuk|verhaal)",
    "sv": r"(?:den här|denna|vår) (?:artikeln?|text(?:en)?)|artikeln",
    "nb": r"(?:denne|vår) (?:artikkelen|saken|teksten)|artikkelen|saken",
    "da": r"(?:denne|vores) (?:artikel|tekst|historie)|artiklen",
    "fi": r"täm(?:ä|än|ästä|ä) (?:juttu|jutun|jutusta|artikkeli|artikkelin|uutinen|uutisen)|juttu(?:a|un)?|jutun|jutusta|jutussa|artikkelia?",
    "pl": r"(?:ten|tego|nasz|niniejsz\w+) (?:artykułu?|tekstu?|materiału?)|(?:ta|tej) (?:informacj[ai]|publikacj[ai])",
    "cs": r"(?:tento|tohoto|náš) (?:článe?ku?|textu?)|(?:tato|této) zpráv[ay]",
    "ru": r"(?:эт|дан|наш)[а-я]* (?:стать[а-я]+|материал[а-я]*|новост[а-я]+|текст[а-я]*|публикаци[а-я]+|заметк[а-я]+)",
    "uk": r"(?:ц|дан)[а-яіїє]* (?:статт[а-яіїє]+|матеріал[а-яіїє]*|новин[а-яіїє]+|текст[а-яіїє]*|публікаці[а-яіїє]+)",
    "tr": r"bu (?:haber|yazı|makale|içerik)\w*|haberimiz\w*",
    "ar": r"(?:هذا|هذه) (?:المقال|الخبر|التقرير|المادة|القصة|النص)",
    "fa": r"این (?:مقاله|خبر|گزارش|مطلب|نوشته)",
    "he": r"(?:ה?כתבה|ה?ידיעה|ה?מאמר) (?:זו|זאת|זה|הזו|הזאת|הזה)|הכתבה",
    "hi": r"(?:इस|यह) (?:लेख|रिपोर्ट|ख़बर|खबर|समाचार)",
    "ja": r"(?:この|本|当)記事",
    "zh": r"本文|(?:本|这|這|该)(?:篇)?(?:报道|報道|文章|新闻|新聞|稿件)",
    "ko": r"(?:이|본|해당) ?기사",
    "el": r"(?:αυτό|αυτού|το παρόν|του παρόντος)(?: το| του)? (?:άρθρου?|κειμένου?|δημοσίευμα)|(?:το|του) άρθρου? (?:αυτό|αυτού)",
    "th": r"(?:บทความ|ข่าว|รายงาน)(?:ชิ้น)?นี้",
}  # fmt: skip

NOTICES = (
    Notice("correction", "en", r"correct(?:ion|ed|ions)|clarification|clarified|erratum", r"(?:earlier|previous|original) versions? of @|(?:an?|the) (?:earlier|previous) version~ (?:misstated|incorrectly|wrongly)|@~ (?:has (?:since )?been|have been|was|were) (?:corrected|amended|clarified)|@ (?:originally |initially |previously )?(?:misstated|misspelled|misidentified|incorrectly|wrongly)|we regret the error", "Correction: An earlier version of this article gave the wrong year."),
    Notice("correction", "de", r"korrektur|korrigiert|berichtigung|richtigstellung|klarstellung", r"frühere[nr]? (?:version|fassung) (?:@|des (?:artikels|textes|beitrags|berichts))|in einer (?:früheren|ersten|vorherigen) (?:version|fassung) (?:stand|hieß|haben|hatten|wurde|war)|wir haben (?:den fehler|die stelle|das) korrigiert|@~ (?:wurde|haben wir)~ (?:korrigiert|berichtigt)", "Anmerkung der Redaktion: In einer früheren Version stand ein falscher Name."),
    Notice("correction", "fr", r"correction|rectificatif|rectification|erratum|précision", r"version (?:précédente|antérieure|initiale|première) d[e'u] ?(?:@|article)|@ a été (?:corrigé|rectifié)e?", "Rectificatif : une version précédente de cet article donnait un autre chiffre."),
    Notice("correction", "es", r"corrección|correccion|rectificación|fe de erratas|aclaración|precisión", r"versión (?:anterior|previa|inicial) de @|@ (?:ha sido|fue) (?:corregid|rectificad)[oa]|en una versión anterior (?:se|decíamos|dijimos|publicamos)", "Fe de erratas: Una versión anterior de este artículo decía otra cosa."),
    Notice("correction", "it", r"correzione|errata corrige|rettifica|precisazione", r"versione precedente di @|@ è stat[oa] corrett[oa]", "Errata corrige: Una versione precedente di questo articolo riportava un altro nome."),
    Notice("correction", "pt", r"correção|errata|erramos|retificação|esclarecimento", r"versão anterior (?:de )?@|@ foi corrigid[oa]", "Erramos: o texto foi corrigido. Uma versão anterior deste artigo dizia 2019."),
    Notice("correction", "nl", r"correctie|rectificatie|verbetering|aanvulling en verbetering|verduidelijking", r"eerdere versie van (?:@|het artikel)|@ is (?:gecorrigeerd|aangepast)", "Correctie: In een eerdere versie van dit artikel stond een verkeerd jaartal."),
    Notice("correction", "sv", r"rättelse|förtydligande|korrigering", r"tidigare version av @|@ har (?:korrigerats|rättats)", "Rättelse: I en tidigare version av artikeln stod fel namn."),
    Notice("correction", "nb", r"rettelse|rettet|presisering|korrigering|endringslogg", r"tidligere versjon av @|@ er (?:rettet|korrigert)", "Rettelse: I en tidligere versjon av saken sto det feil tall."),
    Notice("correction", "da", r"rettelse|præcisering|berigtigelse", r"tidligere version af @|@ er (?:rettet|korrigeret)", "Rettelse: I en tidligere version af artiklen stod der et forkert navn."),
    Notice("correction", "fi", r"oikaisu|korjaus|korjattu|täsmennys", r"jutussa (?:luki|kerrottiin|sanottiin) aiemmin|@ on korjattu|jut(?:un|ussa|ustamme) aiemmassa versiossa", "Oikaisu: Jutussa luki aiemmin väärä vuosi."),
    Notice("correction", "pl", r"sprostowanie|korekta|errata|wyjaśnienie", r"(?:wcześniejszej|poprzedniej|pierwotnej) wersji (?:@|artykułu|tekstu)|@~ (?:został|została) (?:poprawion|skorygowan)\w+", "Sprostowanie: We wcześniejszej wersji tekstu podaliśmy błędną datę."),
    Notice("correction", "cs", r"oprava|opraveno|upřesnění|omluva", r"(?:dřívější|předchozí|původní) verzi (?:@|článku|textu|zprávy)|@~ byl[ao]? opraven\w?", "Oprava: V dřívější verzi článku bylo chybné jméno."),
    Notice("correction", "ru", r"исправлено|исправление|поправка|уточнение|опровержение", r"(?:более ранней|предыдущей|первоначальной) версии (?:@|статьи|материала|новости|текста|заметки)|@~ был[аи]? (?:исправлен|уточн[её]н)[аы]?", "Исправление: в предыдущей версии статьи было указано другое число."),
    Notice("correction", "uk", r"виправлення|виправлено|уточнення|спростування", r"(?:попередній|ранішій|первісній) версії (?:@|статті|матеріалу|новини|тексту)|@~ (?:було )?виправлен[оаиі]", "Уточнення: у попередній версії тексту була інша дата."),
    Notice("correction", "tr", r"düzeltme|tekzip", r"(?:haberin|yazının|makalenin|@) (?:önceki|ilk) (?:sürümünde|halinde|versiyonunda)|@~ düzeltil(?:di|miştir)", "Düzeltme: Haberin önceki sürümünde yanlış bir tarih vardı."),
    Notice("correction", "ar", r"تصحيح|تصويب|توضيح|تنويه|استدراك|إيضاح", r"(?:نسخة|صيغة) (?:سابقة|أولى) من @|تم تصحيح @", "تصحيح: ذكرت نسخة سابقة من هذا المقال تاريخا خاطئا."),
    Notice("correction", "fa", r"اصلاحیه|تصحیح|توضیح", r"نسخه (?:قبلی|پیشین) @|@~ (?:اصلاح|تصحیح) شد", "اصلاحیه: در نسخه قبلی این گزارش نام اشتباه بود."),
    Notice("correction", "he", r"תיקון(?: טעות)?|הבהרה", r"בגרסה קודמת של @|@~ תוקנה", "תיקון: בגרסה קודמת של הכתבה נכתב תאריך שגוי."),
    Notice("correction", "hi", r"सुधार|भूल सुधार|स्पष्टीकरण", r"@ के (?:पिछले|पहले) संस्करण|@~ (?:को )?(?:सुधारा|सही किया) गया", "भूल सुधार: इस लेख के पिछले संस्करण में वर्ष गलत था।"),
    Notice("correction", "ja", r"[【(\[〈<]?(?:訂正|おわび(?:して訂正)?|お詫び|修正)", r"(?:(?:お詫び|おわび)して)?訂正(?:いた)?します|@~訂正(?:しました|いたしました)", "【訂正】当初の記事で年が誤っていました。"),
    Notice("correction", "zh", r"[【(\[〈<]?(?:更正|勘误|勘誤|编辑更正)", r"@(?:的)?(?:此前|早前|先前)(?:的)?版本|@~已(?:作|做)?(?:更正|修正)", "更正：本文此前版本中的年份有误。"),
    Notice("correction", "ko", r"[【(\[〈<]?(?:정정(?:합니다|보도)?|바로잡습니다|고침)", r"@~ ?(?:정정|바로잡)(?:합니다|했습니다|습니다|았습니다)", "[바로잡습니다] 이전 기사에서 연도가 잘못 표기되었습니다."),
    Notice("correction", "el", r"διόρθωση|διευκρίνιση", r"προηγούμενη (?:έκδοση|εκδοχή) (?:@|του άρθρου|του κειμένου)", "Διόρθωση: Σε προηγούμενη έκδοση του άρθρου υπήρχε λάθος."),
    Notice("correction", "th", r"แก้ไข(?:ข่าว|ข้อผิดพลาด)?|ขออภัยในความผิดพลาด", r"@~(?:ฉบับ|เวอร์ชัน)ก่อนหน้า|(?:ฉบับ|เวอร์ชัน)ก่อนหน้าของ@|@~ได้รับการแก้ไข", "แก้ไข: บทความนี้ฉบับก่อนหน้าระบุปีผิด"),
    Notice("update", "en", r"updates?|updated|developing|breaking update|editor(?:'s|s) note|editors' note", r"@~ (?:has been|was|is being) updated|this is a (?:developing|breaking) (?:news )?story", "UPDATE: The ministry has answered."),
    Notice("update", "de", r"update|aktualisierung|nachtrag|anmerkung der redaktion|anm\. d\. red|aktualisiert|eilmeldung", r"@~ (?:wurde|wird)~ (?:aktualisiert|ergänzt)", "Nachtrag: Das Ministerium hat inzwischen geantwortet."),
    Notice("update", "fr", r"mise à jour|actualisation|ajout|note de la rédaction|note de l'éditeur|ndlr", r"@~ (?:a été|est|sera) (?:mis(?:e)? à jour|actualisée?|complétée?)", "Mise à jour : le ministère a répondu."),
    Notice("update", "es", r"actualización|nota del editor|actualizado|nota de la redacción", r"@~ (?:ha sido|fue|se ha) actualizad[oa]|noticia en desarrollo", "Actualización: El ministerio ha respondido."),
    Notice("update", "it", r"aggiornamento|nota della redazione", r"@~ (?:è stat[oa] )?aggiornat[oa]|notizia in aggiornamento", "Aggiornamento: il ministero ha risposto."),
    Notice("update", "pt", r"atualização|nota da redação|nota do editor", r"@~ (?:foi )?atualizad[oa]|notícia em atualização", "Atualização: o ministério respondeu."),
    Notice("update", "nl", r"update|aanvulling|noot van de redactie|redactionele noot", r"@~ (?:is|wordt)~ (?:aangevuld|bijgewerkt|geüpdatet)", "Aanvulling: het ministerie heeft geantwoord."),
    Notice("update", "sv", r"uppdatering|uppdaterad|tillägg|redaktionens (?:kommentar|anmärkning)|redaktionell kommentar", r"@ (?:har uppdaterats|uppdateras)", "Uppdatering: Ministeriet har svarat."),
    Notice("update", "nb", r"oppdatering|opdatering|tilføjelse|tillegg|redaksjonell (?:merknad|kommentar)|redaksjonens merknad", r"@ (?:er|blir) oppdatert", "Oppdatering: Departementet har svart."),
    Notice("update", "da", r"opdatering|tilføjelse|redaktionel (?:note|bemærkning|kommentar)", r"@ (?:er|bliver) opdateret", "Opdatering: Ministeriet har svaret."),
    Notice("update", "fi", r"päivitys|lisäys|toimituksen huomautus", r"@ (?:on )?päivite(?:tty|tään)", "Päivitys: Ministeriö on vastannut."),
    Notice("update", "pl", r"aktualizacja|uzupełnienie|od redakcji|przypis redakcji", r"@~ (?:został )?zaktualizowan[yo]", "Aktualizacja: ministerstwo odpowiedziało."),
    Notice("update", "cs", r"aktualizace|aktualizováno|doplnění|poznámka redakce", r"@~ (?:jsme|byl[ao]?|průběžně) (?:aktualizoval|aktualizuje|doplnil)\w*", "Aktualizace: ministerstvo odpovědělo."),
    Notice("update", "ru", r"обновлен[оие]+|дополнен[оие]+|обновление|от редакции|примечание редакции", r"(?:новость|материал|статья) (?:дополняется|обновляется|дополнен)", "Обновление: министерство ответило."),
    Notice("update", "uk", r"оновлення|оновлено|доповнено|від редакції|примітка редакції", r"(?:новина|матеріал|стаття) (?:доповнюється|оновлюється|доповнено)", "Оновлення: міністерство відповіло."),
    Notice("update", "tr", r"güncelleme|editörün notu|editör notu", r"haber(?:imiz)? güncelle(?:niyor|nmiştir|ndi)", "Güncelleme: Bakanlık yanıt verdi."),
    Notice("update", "ar", r"تحديث|ملاحظة (?:من )?(?:المحرر|التحرير|هيئة التحرير)", r"(?:الخبر|القصة) (?:قيد التحديث|يتطور)|تم تحديث @", "تحديث: ردت الوزارة."),
    Notice("update", "fa", r"به ?روزرسانی|یادداشت (?:سردبیر|ویراستار)|توضیح سردبیر", r"@~ به ?روز(?:رسانی)? شد", "به‌روزرسانی: وزارتخانه پاسخ داد."),
    Notice("update", "he", r"עדכון|עודכן|הערת ה?(?:עורך|מערכת)", r"@~ עודכנה", "עדכון: המשרד השיב."),
    Notice("update", "hi", r"अपडेट|अद्यतन|संपादक की टिप्पणी|संपादकीय टिप्पणी", r"@~ अपडेट (?:किया|की) (?:गया|गई|जा रही|जा रहा)", "अपडेट: मंत्रालय ने जवाब दिया है।"),
    Notice("update", "ja", r"[【(\[〈<]?(?:追記|更新|続報|編集部(?:注|より)|編注)", "", "【追記】省庁が回答した。"),
    Notice("update", "zh", r"[【(\[〈<]?(?:更新|编者按|编者注|編者按|最新(?:消息|进展))", "", "更新：该部门已作出回应。"),
    Notice("update", "ko", r"[【(\[〈<]?(?:업데이트|추가|수정|편집자 ?주)", r"@~ ?업데이트(?:되었|됐|했)습니다", "[업데이트] 부처가 답변했습니다."),
    Notice("update", "el", r"ενημέρωση|επικαιροποίηση|σημείωση (?:της )?(?:σύνταξης|συντάκτη)", r"@~ (?:ενημερώθηκε|ενημερώνεται)", "Ενημέρωση: Το υπουργείο απάντησε."),
    Notice("update", "th", r"อัปเดต|อัพเดต|ปรับปรุงข้อมูล|หมายเหตุ(?:จาก)?บรรณาธิการ", r"@~(?:อัปเดต|ปรับปรุง)แล้ว", "อัปเดต: กระทรวงตอบแล้ว"),
    Notice("retraction", "en", r"retract(?:ion|ed)|kill notice", r"@~ (?:has (?:since )?been|have been|was|is) (?:being )?(?:retracted|withdrawn|deleted|removed|taken down|unpublished)|(?:withdrawn|retracted|removed|deleted|taken down|unpublished) @|no longer stands? by (?:@|the (?:article|story|report))", "Retraction: This story has been withdrawn."),
    Notice("retraction", "de", r"widerruf", r"@~ (?:wurde|haben wir|ist)~ (?:zurückgezogen|gelöscht|entfernt|offline|widerrufen|depubliziert)|@ (?:zurückgezogen|gelöscht|entfernt|widerrufen|depubliziert)", "Widerruf: Dieser Artikel wurde zurückgezogen."),
    Notice("retraction", "fr", r"rétractation|article retiré|article supprimé", r"@ (?:a été|est) (?:retirée?|suppriméee?|dépubliée?)|(?:retiré|supprimé|dépublié) @", "Cet article a été retiré."),
    Notice("retraction", "es", r"retractación|artículo retirado", r"@ (?:ha sido|fue) (?:retirad|eliminad)[oa]|(?:retirado|eliminado) @", "Este artículo ha sido retirado."),
    Notice("retraction", "it", r"ritrattazione|articolo rimosso|articolo ritirato", r"@ è stat[oa] (?:rimoss|ritirat|cancellat)[oa]|(?:rimosso|ritirato|cancellato) @", "Questo articolo è stato rimosso."),
    Notice("retraction", "pt", r"retratação", r"@ foi (?:retirad|removid|apagad|despublicad)[oa]|(?:retirou|removeu|retiramos|removemos) @", "Este texto foi retirado."),
    Notice("retraction", "nl", r"artikel verwijderd|artikel ingetrokken", r"@ (?:is|werd) (?:ingetrokken|teruggetrokken|verwijderd)|@ (?:ingetrokken|teruggetrokken|verwijderd)", "Dit artikel is ingetrokken."),
    Notice("retraction", "sv", "", r"(?:den här artikeln|denna artikel|vår artikel|artikeln) har (?:dragits tillbaka|avpublicerats|tagits bort)", "Den här artikeln har avpublicerats."),
    Notice("retraction", "nb", "", r"(?:denne artikkelen|denne saken|artikkelen) er (?:trukket|avpublisert|fjernet|slettet)", "Denne artikkelen er trukket."),
    Notice("retraction", "da", "", r"(?:denne artikel|artiklen) er (?:trukket tilbage|afpubliceret|fjernet|slettet)", "Denne artikel er trukket tilbage."),
    Notice("retraction", "fi", "", r"(?:tämä juttu|tämä artikkeli|juttu|artikkeli) on (?:poistettu|vedetty pois)", "Tämä juttu on poistettu."),
    Notice("retraction", "pl", "", r"@ został[ay]? (?:wycofan|usunięt)[yao]|wycofa(?:liśmy|ła|ł) @", "Ten artykuł został wycofany."),
    Notice("retraction", "cs", "", r"@ (?:byl[ao]? |jsme )(?:stažen|smazán|odstraněn|stáhli|smazali)[ayo]?", "Tento článek byl stažen."),
    Notice("retraction", "ru", "", r"@~ (?:был[аи]? )?(?:удал[её]н|отозван|снят)[аы]?|^(?:материал|новость|статья|текст) (?:был[аи]? )?(?:удал[её]н|отозван|снят)[аы]?(?: по [^.]{1,50})?[.!]?$|отозвал[аи]? @", "Материал удалён."),
    Notice("retraction", "uk", r"матеріал видалено|новину видалено", r"@~ (?:було |був )?(?:видалено|видалений|відкликано|знято)", "Цей матеріал було видалено."),
    Notice("retraction", "tr", "", r"@ (?:yayından|geri) (?:kaldırıl|çekil)(?:dı|di|mıştır|miştir)", "Bu haber yayından kaldırılmıştır."),
    Notice("retraction", "ar", "", r"تم (?:سحب|حذف) @|(?:سحب|حذف)(?:ت|نا)? (?:هيئة التحرير |الصحيفة |إدارة الموقع )?@", "تم سحب هذا المقال."),
    Notice("retraction", "fa", "", r"@ (?:حذف|پس گرفته) شد", "این خبر حذف شد."),
    Notice("retraction", "he", "", r"@ (?:הוסרה|נמחקה|הוסר)", "הכתבה הוסרה."),
    Notice("retraction", "hi", "", r"@~ (?:को )?(?:वापस ले लिया|हटा दिया) गया", "यह लेख हटा दिया गया है।"),
    Notice("retraction", "ja", r"[【(\[〈<]?(?:記事(?:を)?(?:取り消|削除)|取り消し)", r"@を(?:取り消|削除|撤回)し(?:ます|ました)", "【取り消し】この記事を取り消します。"),
    Notice("retraction", "zh", r"[【(\[〈<]?(?:撤稿)", r"@(?:现|現)?(?:已|予以)?(?:经|經)?(?:被)?(?:撤回|删除|刪除|撤下|撤稿)", "本文已撤回。"),
    Notice("retraction", "ko", "", r"@(?:를|는|가) ?(?:삭제|철회|취소)(?:합니다|했습니다|되었습니다|됐습니다|하였습니다)", "이 기사는 삭제되었습니다."),
    Notice("retraction", "el", "", r"@ (?:αποσύρθηκε|αφαιρέθηκε|διαγράφηκε)", "Το άρθρο αυτό αποσύρθηκε."),
    Notice("retraction", "th", "", r"@~(?:ถูกถอน|ถูกลบ|ถอนออก)", "บทความนี้ถูกถอนแล้ว"),
)  # fmt: skip

_ORDER: tuple[Told, ...] = ("retraction", "correction", "update")
_LABEL = r"^\W{0,3}(?:%s)(?!\w)"
_LABEL_UNSPACED = r"^\W{0,3}(?:%s)"
_UNSPACED = ("ja", "zh", "ko", "th")
_FEW_WORDS = r"(?:,[^,.!?]{1,60},)?[^.,;!?。]{0,30}?"


class _Wording:
    """What an outlet says of its own article, as one expression, and the words of which one is in each such text."""

    def __init__(self, rows: Iterable[Notice], form: str) -> None:
        self._wordings = [
            n.wording.replace("@", f"(?:{_ITSELF[n.language]})").replace("~", _FEW_WORDS)
            for n in rows
            if n.wording
        ]
        self._form = form

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled at its first use, which many processes never come to."""
        return re.compile(self._form % "|".join(self._wordings), re.IGNORECASE)

    @cached_property
    def needed(self) -> frozenset[str]:
        words = [needed_words(one) for one in self._wordings]
        return frozenset[str]().union(*words) if all(words) else frozenset({""})


_BEYOND_LATIN = re.compile("[\u0370-\U0010ffff]")


def _patterns(kind: Told) -> tuple[re.Pattern[str], tuple[_Wording, _Wording, _Wording]]:
    """The labels; then the wordings in Latin letters, in other letters, and in scripts that part no words."""
    rows = [n for n in NOTICES if n.kind == kind]
    spaced = [n for n in rows if n.language not in _UNSPACED]
    unspaced = [n for n in rows if n.language in _UNSPACED]
    labels = (
        form % "|".join(n.label for n in group if n.label)
        for form, group in ((_LABEL, spaced), (_LABEL_UNSPACED, unspaced))
    )
    latin = [n for n in spaced if not _BEYOND_LATIN.search(n.wording)]
    other = [n for n in spaced if _BEYOND_LATIN.search(n.wording)]
    whole = r"(?<!\w)(?:%s)(?!\w)"
    return (
        re.compile("|".join(labels), re.IGNORECASE),
        (_Wording(latin, whole), _Wording(other, whole), _Wording(unspaced, "(?:%s)")),
    )


_COMPILED = {kind: _patterns(kind) for kind in _ORDER}
# A label counts only before a mark: "Correction: …", not "Corrections officers say …". Between the two may
# be two words or a date.
_MARK = re.compile(
    r"[ ,(]*+(?:[^\s:.!?]{1,40} ?){0,2}(?:[:】\])〉>]|(?<= )- |- )|[^:!?]{0,40}\d[^:!?]{0,20}[:)\]]"
)
_BRACKET = re.compile(r"^[【(\[〈<*]")
# Words by which others are made to speak: "the journal said that this article has been retracted". Before the words
# they all count; behind them only a clause that ends the sentence: ", the journal said."
_SPEECH = r"said|says|told|sagte|sagt|erklärte|teilte|laut|déclaré|dit|selon|dijo|según|detto|secondo|disse|segundo|zei|volgens|sade|enligt|sa|ifølge|sagde|mukaan|sanoi|powiedział|poinformował[ao]?|podle|řekla?|сказал[аи]?|сообщил[аи]?|заявил[аи]?|повідоми(?:в|ла|ли)|göre|söyledi|قالت?|أعلنت?|گفت|אמרה?|कहा|είπε|述べた?|話した?|によると|表示|밝혔다?|따르면"
_THAT = r"that|according|dass|qu[e']|che|dat|att|at|että|że|že|что|що|أن|که|כי|कि|ότι|据|称|ว่า"
_REPORTED_BEFORE = re.compile(
    rf"(?<!\w)(?:{_SPEECH}|{_THAT})(?!\w)|述べ|によると|表示|据|称|ว่า", re.IGNORECASE
)
_REPORTED_BEHIND = re.compile(
    rf"[,،、，][^,،、，]{{0,50}}(?<!\w)(?:{_SPEECH})(?!\w)[^,،]{{0,40}}$|と(?:述べ|話し)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?。！？؟।](?:\s|$|(?<=[。！？।]))")


# What a label says more closely than the kind of change: of each language a few words, in no order.
_FINER: dict[NoticeKind, str] = {
    "clarification": r"clarification|clarified|klarstellung|précision|aclaración|precisazione|esclarecimento|verduidelijking|förtydligande|presisering|præcisering|täsmennys|wyjaśnienie|upřesnění|уточнение|уточнення|توضيح|توضیح|הבהרה|स्पष्टीकरण|διευκρίνιση",
    "editor's note": r"editor(?:'s|s) note|editors' note|(?:anmerkung|hinweis) der redaktion|anm\. d\. red|note de la rédaction|note de l'éditeur|ndlr|nota del editor|nota de la redacción|nota della redazione|nota da redação|nota do editor|noot van de redactie|redactionele noot|redaktionens (?:kommentar|anmärkning)|redaktionell kommentar|redaksjonell (?:merknad|kommentar)|redaksjonens merknad|redaktionel (?:note|bemærkning|kommentar)|toimituksen huomautus|od redakcji|przypis redakcji|poznámka redakce|от редакции|примечание редакции|від редакції|примітка редакції|editörün notu|editör notu|ملاحظة (?:من )?(?:المحرر|التحرير|هيئة التحرير)|یادداشت (?:سردبیر|ویراستار)|توضیح سردبیر|הערת ה?(?:עורך|מערכת)|संपादक की टिप्पणी|संपादकीय टिप्पणी|编者按|编者注|編者按|編集部(?:注|より)|編注|편집자 ?주|σημείωση (?:της )?(?:σύνταξης|συντάκτη)|หมายเหตุ(?:จาก)?บรรณาธิการ",
}
_FINER_COMPILED = {
    kind: re.compile(rf"^\W{{0,3}}(?:{labels})", re.IGNORECASE) for kind, labels in _FINER.items()
}
_EMBARGO = re.compile(
    r"^\W{0,3}(?:(?:strictly )?embargo(?:ed)?|sperrfrist|sous embargo|embargado|bajo embargo|sotto embargo|sob embargo|эмбарго|ембарго|ambargo|حظر نشر|解禁|엠바고|εμπάργκο)"
    r" ?(?:[:：-]|(?:until|bis|jusqu|hasta|fino|até|tot|till|til|do|до|kadar|حتى)(?!\w)|[^:]{0,20}\d)",
    re.IGNORECASE,
)
CHANGE_OF: dict[NoticeKind, Told] = {
    "retraction": "retraction",
    "correction": "correction",
    "clarification": "correction",
    "update": "update",
    "embargo": "update",
    "editor's note": "update",
}


@lru_cache(maxsize=4096)
def notice_kind(paragraph: str, placed: bool = True) -> NoticeKind | None:
    """Return what sort of notice a paragraph is; the same as `notice`, more closely. `CHANGE_OF` leads back.

    An editor's note that tells of an error is a correction, as it is for `notice`.
    """
    told = notice(paragraph, placed)
    text = fold(paragraph)
    if told is None:
        return "embargo" if _EMBARGO.search(text) else None
    for kind, labels in _FINER_COMPILED.items():
        if CHANGE_OF[kind] == told and labels.search(text):
            return kind
    return told


@lru_cache(maxsize=4096)
def notice(paragraph: str, placed: bool = True) -> Told | None:
    """Return what a paragraph or headline says of the story's own history; None if it is plain prose.

    Args:
        paragraph: One whole paragraph or headline.
        placed: It is where outlets set notices: at the head or the end of the text, or in a box of its own. A
            retraction is told nowhere else.
    """
    text = fold(paragraph)
    low = folded(text)
    scripts = 3 if _BEYOND_LATIN.search(text) else 1
    for kind in _ORDER:
        if kind == "retraction" and not placed:
            continue
        label, wordings = _COMPILED[kind]
        for wording in wordings[:scripts]:
            if has_one(low, wording.needed) and any(
                _speaks_for_itself(text, *m.span()) for m in wording.pattern.finditer(text)
            ):
                return kind
        labelled = label.match(text)
        if labelled and (_BRACKET.match(text) or _MARK.match(text, labelled.end())):
            return kind
    return None


def is_label(line: str) -> bool:
    """Return whether a line only names the notice that follows: "Correction", "Berichtigung vom 5. März 2024:"."""
    text = fold(line).rstrip(" :")
    for _ in range(2):  # "Corrections and clarifications"
        found = next((m for kind in _ORDER if (m := _COMPILED[kind][0].match(text))), None)
        if found is None:
            return False
        rest = text[found.end() :]
        if not any(map(str.isalnum, rest)) or _is_date(rest):
            return True
        text = _AND.sub("", rest)
    return False


def _is_date(rest: str) -> bool:
    """Whether a date and next to nothing else is behind a label."""
    words = re.findall(r"[^\W\d_]{2,}", rest)
    return any(map(str.isdigit, rest)) and len(words) <= 4 and not re.search(r"[:：](?!\d)|[!?。]", rest)


_AND = re.compile(r"^\W*(?:\w{1,3}|&)\W+")


def _speaks_for_itself(text: str, start: int, end: int) -> bool:
    """Whether a wording is the outlet's own: neither inside quotation marks nor in a sentence that reports."""
    before = text[:start]
    if before.count('"') % 2 or before.count("「") > before.count("」"):
        return False
    opening = max((m.end() for m in _SENTENCE_END.finditer(before)), default=0)
    closing = _SENTENCE_END.search(text, end)
    behind = text[end : closing.start() if closing else len(text)]
    return not _REPORTED_BEFORE.search(before[opening:]) and not _REPORTED_BEHIND.search(behind)
