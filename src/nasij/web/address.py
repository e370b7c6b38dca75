"""The form of address by rule: what the neutral Arabic says to *you*, said to a woman or to several.

Most sentences command nobody and so are neutral; where they say *your* or *to you*, the ending is written alike for a
woman and a man, and only somebody who chose the plural would be spoken to in the wrong number. A sentence whose verbs change is written out
in the catalogue, three times; the others change by their endings, here, so that none is forgotten.
"""

import functools
import re

_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_WORD = re.compile(f"[\u0621-\u064a][\u0621-\u064a{_MARKS}]*")
_NO_MARKS = str.maketrans("", "", _MARKS)
KASRA = "\u0650"

# Words that speak to whoever reads, without their vowels.
_ADDRESSED = (
    "أجلك أطلعوك أمكنتك أنت أنك إليك إنك اختيارك اسمك اعتراضك انتظارك انضمامك باسمك بانتظارك بعهدتك بقيادتك بك بكلماتك"
    " بلاغك بنفسك بينك تزكيتك تصويرك حسابك حصتك حضورك حكايتك خطأك خطوتك دوائرك رأيك راحتك ردك رفقتك رمزك شكرك صوتك"
    " طريقك ظهورك عضويتك عليك عندك عنك عهدتك غرفتك غيرك فمشاركتك قبولك قراءتك قولك قيودك كلامك كلماتك كلمتك لأنك"
    " لبلاغك لديك لست لعضويتك لغيرك لقائك لك محطاتك مرافقتك مساعدتك مشاركتك معك معرفتك مغادرتك مقترحك ملفك منك"
    " موافقتك نصيبك نناديك وأدوارك واسمك وحدك وحضورك ورقتك وصلتك وصلك وقولك ولست ومفاتيحك ويمكنك يأتيك يخصك يدك"
    " يديك يرافقك يريحك يزكيك يشملك يعيدك يمكنك يناسبك ينتظرك ينقصك ثقتك جهتك نفسك"
    " جانبك جهازك دونك غيابك مكانك وقوفك"
    " يصلك عودتك أصدقك هويتك اطمئنانك"
)
# The same for several people, where more than the ending changes.
_SEVERAL = {
    "بنفسك": "بأنفسكم",
    "نفسك": "أنفسكم",
    "يدك": "أيديكم",
    "يديك": "أيديكم",
    "أنت": "أنتم",
    "لست": "لستم",
    "ولست": "ولستم",
}
# Words that end alike and speak to nobody.
_OTHERS = (
    "أشارك أوشك البنك التحرك الشك المتروك المشترك بذلك بنك تتحرك تترك تحرك ترك تشارك تلك ذاك ذلك شارك شك فك فيترك كذلك"
    " لتلك لذلك متروك مشارك مشترك مشكوك هناك والمالك وكذلك ولذلك وهناك ويترك يترك يشارك يفك يمسك يملك يوشك"
    " بانكوك نيويورك فذلك"
)
ADDRESSED, OTHERS = frozenset(_ADDRESSED.split()), frozenset(_OTHERS.split())


def speaks(message: str) -> bool:
    """Say whether a message, in its English, speaks to whoever reads it."""
    return _YOU.search(message) is not None


@functools.lru_cache(maxsize=2048)
def turned(text: str, form: str) -> str:
    """Return an Arabic text as said to a woman (``f``) or to several (``pl``); a man reads the neutral spelling."""
    return text if form == "m" else _WORD.sub(lambda found: _turned(found[0], form), text)


def _turned(word: str, form: str) -> str:
    bare = word.translate(_NO_MARKS)
    if bare not in ADDRESSED:
        return word
    stem = word.rstrip(_MARKS)
    if form == "f":
        return stem + KASRA
    return _SEVERAL.get(bare, stem + "م")
