"""Words with which outlets say that they changed a story: corrections, updates, retractions.

A notice is at the start of a paragraph (or headline), or names itself ("an earlier version of this
article"); the words in the middle of prose are no notice. Data, each row with an example that a test runs.
Pure. Tested in tests/diff/test_correction_notices.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from newsarchive.text import fold

NoticeKind = Literal["correction", "update", "retraction"]


@dataclass(frozen=True, slots=True)
class Notice:
    """`opening` is matched at the start, `anywhere` in the text; both after folding, case ignored."""

    kind: NoticeKind
    language: str
    opening: str = ""
    anywhere: str = ""
    example: str = ""


NOTICES = (
    Notice("correction", "en", r"correct(?:ion|ed|ions)|clarification|clarified|erratum", r"(?:an )?earlier version of this (?:article|story|report|headline|post|piece)|this (?:article|story|headline|post|report) (?:has been|was) (?:corrected|amended|clarified)|was amended on \d|misstated|(?:has been|was|were) corrected|incorrectly (?:stated|said|reported|identified|attributed)|we regret the error|previous version of this", "Correction: An earlier version of this article gave the wrong year."),
    Notice("correction", "de", r"korrektur|korrigiert|berichtigung|richtigstellung|klarstellung", r"in einer früheren (?:version|fassung)|frühere(?:n|r)? (?:version|fassung) dieses|wir haben (?:den fehler|die stelle|das) korrigiert|wurde korrigiert", "Anmerkung der Redaktion: In einer früheren Version stand ein falscher Name."),
    Notice("correction", "fr", r"correction|rectificatif|rectification|erratum|précision", r"une version (?:précédente|antérieure) de (?:cet|ce|l')|cet article a été (?:corrigé|rectifié)|version initiale de cet article", "Rectificatif : une version précédente de cet article donnait un autre chiffre."),
    Notice("correction", "es", r"corrección|correccion|rectificación|fe de erratas|aclaración", r"una versión (?:anterior|previa) de (?:este|esta)|este artículo (?:ha sido|fue) corregido|en una versión anterior", "Fe de erratas: Una versión anterior de este artículo decía otra cosa."),
    Notice("correction", "it", r"correzione|errata corrige|rettifica|precisazione", r"una versione precedente di (?:questo|quest')|questo articolo è stato corretto", "Errata corrige: Una versione precedente di questo articolo riportava un altro nome."),
    Notice("correction", "pt", r"correção|errata|erramos|retificação", r"uma versão anterior d(?:este|esta)|(?:este texto|esta reportagem|este artigo) foi corrigid[oa]|versão anterior deste", "Erramos: o texto foi corrigido. Uma versão anterior deste artigo dizia 2019."),
    Notice("correction", "nl", r"correctie|rectificatie|verbetering|aanvulling en verbetering", r"in een eerdere versie van|een eerdere versie van dit|dit artikel is (?:gecorrigeerd|aangepast)", "Correctie: In een eerdere versie van dit artikel stond een verkeerd jaartal."),
    Notice("correction", "sv", r"rättelse|förtydligande|korrigering", r"i en tidigare version av|artikeln har (?:korrigerats|rättats)", "Rättelse: I en tidigare version av artikeln stod fel namn."),
    Notice("correction", "nb", r"rettelse|rettet|presisering|korrigering|endringslogg", r"i en tidligere versjon av|artikkelen er (?:rettet|korrigert)", "Rettelse: I en tidligere versjon av saken sto det feil tall."),
    Notice("correction", "da", r"rettelse|præcisering|berigtigelse", r"i en tidligere version af|artiklen er (?:rettet|korrigeret)", "Rettelse: I en tidligere version af artiklen stod der et forkert navn."),
    Notice("correction", "fi", r"oikaisu|korjaus|korjattu|täsmennys", r"jutussa (?:luki|kerrottiin|sanottiin) aiemmin|juttua (?:on )?korjattu|aiemmassa versiossa", "Oikaisu: Jutussa luki aiemmin väärä vuosi."),
    Notice("correction", "pl", r"sprostowanie|korekta|errata", r"we? wcześniejszej wersji|w poprzedniej wersji", "Sprostowanie: We wcześniejszej wersji tekstu podaliśmy błędną datę."),
    Notice("correction", "cs", r"oprava|opraveno|upřesnění|omluva", r"v (?:dřívější|předchozí|původní) verzi", "Oprava: V dřívější verzi článku bylo chybné jméno."),
    Notice("correction", "ru", r"исправлено|исправление|поправка|уточнение|опровержение", r"в (?:более ранней|предыдущей|первоначальной) версии", "Исправление: в предыдущей версии статьи было указано другое число."),
    Notice("correction", "uk", r"виправлення|виправлено|уточнення|спростування", r"у (?:попередній|ранішій) версії", "Уточнення: у попередній версії тексту була інша дата."),
    Notice("correction", "tr", r"düzeltme|tekzip", r"(?:haberin|yazının|makalenin) (?:önceki|ilk) (?:sürümünde|halinde|versiyonunda)", "Düzeltme: Haberin önceki sürümünde yanlış bir tarih vardı."),
    Notice("correction", "ar", r"تصحيح|تصويب|توضيح|تنويه|استدراك", r"(?:نسخة|صيغة) (?:سابقة|أولى) من (?:هذا|هذه)|في نسخة سابقة", "تصحيح: ذكرت نسخة سابقة من هذا المقال تاريخا خاطئا."),
    Notice("correction", "fa", r"اصلاحیه|تصحیح|توضیح", r"نسخه (?:قبلی|پیشین) این", "اصلاحیه: در نسخه قبلی این گزارش نام اشتباه بود."),
    Notice("correction", "he", r"תיקון(?: טעות)?|הבהרה", r"בגרסה קודמת של", "תיקון: בגרסה קודמת של הכתבה נכתב תאריך שגוי."),
    Notice("correction", "hi", r"सुधार|भूल सुधार|स्पष्टीकरण", r"इस (?:लेख|रिपोर्ट|ख़बर|खबर) के पिछले संस्करण", "भूल सुधार: इस लेख के पिछले संस्करण में वर्ष गलत था।"),
    Notice("correction", "ja", r"[【(\[〈<]?(?:訂正|おわび(?:して訂正)?|お詫び|修正)", r"(?:訂正します|訂正しました|おわびします|お詫びします)", "【訂正】当初の記事で年が誤っていました。"),
    Notice("correction", "zh", r"[【(\[〈<]?(?:更正|勘误|勘誤|编辑更正)", r"本文(?:此前|早前|先前)(?:版本|的版本)|(?:早前|先前|此前)版本", "更正：本文此前版本中的年份有误。"),
    Notice("correction", "ko", r"[【(\[〈<]?(?:정정(?:합니다|보도)?|바로잡습니다|고침)", r"이전 (?:버전|기사)에서", "[바로잡습니다] 이전 기사에서 연도가 잘못 표기되었습니다."),
    Notice("correction", "el", r"διόρθωση|διευκρίνιση", r"σε προηγούμενη (?:έκδοση|εκδοχή)", "Διόρθωση: Σε προηγούμενη έκδοση του άρθρου υπήρχε λάθος."),
    Notice("update", "en", r"updates?|updated|developing|breaking update|editor(?:'s|s) note|editors' note", r"this (?:story|article|post|piece) (?:has been|was) updated|this is a (?:developing|breaking) (?:news )?story", "UPDATE: The ministry has answered."),
    Notice("update", "de", r"update|aktualisierung|nachtrag|anmerkung der redaktion|anm\. d\. red|aktualisiert|eilmeldung", r"dieser (?:text|artikel|beitrag) (?:wurde|wird) (?:aktualisiert|ergänzt)", "Nachtrag: Das Ministerium hat inzwischen geantwortet."),
    Notice("update", "fr", r"mise à jour|actualisation|ajout", r"cet article (?:a été|est) (?:mis à jour|actualisé|complété)", "Mise à jour : le ministère a répondu."),
    Notice("update", "es", r"actualización|nota del editor|actualizado", r"est(?:e|a) (?:artículo|noticia|información) (?:ha sido|fue|se ha) actualizad[oa]|noticia en desarrollo", "Actualización: El ministerio ha respondido."),
    Notice("update", "it", r"aggiornamento|nota della redazione", r"articolo (?:è stato )?aggiornato|(?:notizia )?in aggiornamento", "Aggiornamento: il ministero ha risposto."),
    Notice("update", "pt", r"atualização|nota da redação", r"(?:reportagem|matéria|texto|artigo) (?:foi )?atualizad[oa]|notícia em atualização", "Atualização: o ministério respondeu."),
    Notice("update", "nl", r"update|aanvulling|noot van de redactie", r"dit (?:artikel|bericht) (?:is|wordt) (?:aangevuld|bijgewerkt|geüpdatet)", "Aanvulling: het ministerie heeft geantwoord."),
    Notice("update", "sv", r"uppdatering|uppdaterad|tillägg", r"artikeln (?:har uppdaterats|uppdateras)", "Uppdatering: Ministeriet har svarat."),
    Notice("update", "nb", r"oppdatering|opdatering|tilføjelse|tillegg", r"saken (?:er|blir) oppdatert|artiklen (?:er|bliver) opdateret", "Oppdatering: Departementet har svart."),
    Notice("update", "pl", r"aktualizacja|uzupełnienie", r"(?:tekst|artykuł) (?:został )?zaktualizowan[yo]", "Aktualizacja: ministerstwo odpowiedziało."),
    Notice("update", "ru", r"обновлен[оие]+|дополнен[оие]+|обновление", r"(?:новость|материал|статья) (?:дополняется|обновляется|дополнен)", "Обновление: министерство ответило."),
    Notice("update", "tr", r"güncelleme", r"haber(?:imiz)? güncelle(?:niyor|nmiştir|ndi)", "Güncelleme: Bakanlık yanıt verdi."),
    Notice("update", "ar", r"تحديث", r"(?:الخبر|القصة) (?:قيد التحديث|يتطور)", "تحديث: ردت الوزارة."),
    Notice("update", "ja", r"[【(\[〈<]?(?:追記|更新|続報)", "", "【追記】省庁が回答した。"),
    Notice("update", "zh", r"[【(\[〈<]?(?:更新|编者按|最新(?:消息|进展))", "", "更新：该部门已作出回应。"),
    Notice("retraction", "en", r"retract(?:ion|ed)|withdrawn|kill notice|advisory", r"this (?:article|story|post|report|piece) (?:has been|was|is) (?:being )?(?:retracted|withdrawn|deleted|removed|taken down)|(?:has|have) been retracted|(?:withdrawn|retracted|removed|deleted|taken down) this (?:article|story|post|report|piece)|no longer stands? by (?:this|the) (?:article|story|report)", "Retraction: This story has been withdrawn."),
    Notice("retraction", "de", r"zurückgezogen|widerruf|gelöscht", r"(?:artikel|text|beitrag|bericht) (?:wurde|haben wir|ist) (?:zurückgezogen|gelöscht|entfernt|offline)|(?:diesen|dieses) (?:artikel|text|beitrag|bericht) (?:zurückgezogen|gelöscht|entfernt|widerrufen)", "Widerruf: Dieser Artikel wurde zurückgezogen."),
    Notice("retraction", "fr", r"rétractation|article retiré|article supprimé", r"(?:article|texte) (?:a été|est) (?:retiré|supprimé|dépublié)|(?:retiré|supprimé|dépublié) (?:cet article|ce texte)", "Cet article a été retiré."),
    Notice("retraction", "es", r"retractación|retirado|artículo retirado", r"(?:artículo|texto|noticia) (?:ha sido|fue) (?:retirad[oa]|eliminad[oa])|(?:retirado|eliminado) (?:este|esta) (?:artículo|texto|noticia)", "Este artículo ha sido retirado."),
    Notice("retraction", "it", r"ritrattazione|articolo rimosso|articolo ritirato", r"articolo è stato (?:rimosso|ritirato|cancellato)|(?:rimosso|ritirato|cancellato) (?:questo articolo|quest'articolo)", "Questo articolo è stato rimosso."),
    Notice("retraction", "pt", r"retratação|retirado do ar", r"(?:artigo|texto|reportagem) foi (?:retirad[oa]|removid[oa]|apagad[oa])", "Este texto foi retirado."),
    Notice("retraction", "nl", r"ingetrokken|teruggetrokken|artikel verwijderd", r"(?:artikel|bericht) (?:is |werd )?(?:ingetrokken|teruggetrokken|verwijderd)", "Dit artikel is ingetrokken."),
    Notice("retraction", "ru", r"материал удален|новость удалена|отозвано", r"(?:материал|статья|новость|текст) (?:был[аи]? )?(?:удал[её]н[аы]?|отозван[аы]?|снят[аы]?)", "Материал удалён."),
    Notice("retraction", "ar", r"سحب|حذف", r"تم (?:سحب|حذف) (?:هذا|هذه)|(?:سحب|حذف)(?:ت|نا)? (?:هيئة التحرير |الصحيفة |إدارة الموقع )?(?:هذا|هذه) (?:المقال|الخبر|التقرير|المادة|القصة)", "تم سحب هذا المقال."),
    Notice("retraction", "ja", r"[【(\[〈<]?(?:記事(?:を)?(?:取り消|削除)|取り消し)", r"記事を(?:取り消し|削除し)", "【取り消し】この記事を取り消します。"),
    Notice("retraction", "zh", r"[【(\[〈<]?(?:撤稿|撤回|本文已(?:撤回|删除))", r"(?:本文|文章)已(?:被)?(?:撤回|删除|撤下)", "本文已撤回。"),
)  # fmt: skip

_ORDER: tuple[NoticeKind, ...] = ("retraction", "correction", "update")
_LEAD = r"^\W{0,3}(?:%s)(?!\w)"
_LEAD_UNSPACED = r"^\W{0,3}(?:%s)"
_UNSPACED = ("ja", "zh", "ko")


def _patterns(kind: NoticeKind) -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = [n for n in NOTICES if n.kind == kind]
    spaced = [n.opening for n in rows if n.opening and n.language not in _UNSPACED]
    unspaced = [n.opening for n in rows if n.opening and n.language in _UNSPACED]
    opening = (_LEAD % "|".join(spaced)) + "|" + (_LEAD_UNSPACED % "|".join(unspaced))
    anywhere = "|".join(n.anywhere for n in rows if n.anywhere)
    return re.compile(opening, re.IGNORECASE), re.compile(rf"(?:{anywhere})", re.IGNORECASE)


_COMPILED = {kind: _patterns(kind) for kind in _ORDER}
# An opening counts only before a mark: "Correction: …", not "Corrections officers say …". Between the two may
# come two words or a date.
_MARK = re.compile(r"[ ,(]*(?:[^\s:.!?]+ ?){0,2}(?:[:】\])〉>]|(?<= )- |- )|[^:!?]{0,40}\d[^:!?]{0,20}[:)\]]")
_BRACKET = re.compile(r"^[【(\[〈<*]")


@lru_cache(maxsize=4096)
def notice(paragraph: str) -> NoticeKind | None:
    """Return what a paragraph or headline says of the story's own history; None if it is plain prose."""
    text = fold(paragraph)
    for kind in _ORDER:
        opening, anywhere = _COMPILED[kind]
        if anywhere.search(text):
            return kind
        found = opening.search(text)
        if found and (_BRACKET.match(text) or _MARK.match(text, found.end())):
            return kind
    return None
