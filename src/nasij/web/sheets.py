"""Sheets that a group brings along: bytes become rows, a suggested mapping and a list of what to leave out.

```
bytes -> cells (web.cells) -> headings and rows -> what each column probably is -> typed text for the fields of a form
```

Columns that look like names, numbers, addresses or papers of people are left out unless somebody chooses otherwise.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nasij.errors import Malformed
from nasij.kit.field import mark
from nasij.text import fold, latin_digits, whole_number
from nasij.web.cells import (
    CELL_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    TITLE_ROWS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Cells,
    read_cells,
)

HEADING_MAX = 80  # characters
_LOOKED_AT = 500  # cells of a column, to tell what they are
_CONTENT_SHARE = 0.2  # of them look like somebody's number or address

CELL_TOO_LONG = mark("This cell is too long; the rest of it was left out.")
NO_WORDS = mark("This row does not say what it is about, so it is left out.")
NO_WORDS_COLUMN = mark("Please choose the column that says what it is about.")
NOT_A_DAY = mark("This is not a day that can be read, so it is left empty.")
NOT_A_NUMBER = mark("This is not a whole number, so it is left empty.")
NOT_URGENCY = mark("It is not clear how urgent this is, so it is left empty.")
NOT_LEVEL = mark("It is not clear whether this is done or taught, so it is left empty.")
LOOKS_PRIVATE = mark("There may be somebody's number, address or link in this text. Please look before bringing it in.")

KINDS: Mapping[str, str] = {"needs": mark("Needs"), "offers": mark("Offers"), "skills": mark("Skills")}
_LABELS = {
    "kind": mark("Kind of help"),
    "what": mark("What it is about"),
    "urgency": mark("How urgent is it?"),
    "needed_by": mark("Needed by"),
    "area": mark("Area"),
    "people": mark("How many people does it cover?"),
    "conditions": mark("Conditions and safety notes"),
    "languages": mark("Languages"),
    "availability": mark("When does it suit you?"),
    "quantity": mark("How many or how often"),
    "alias": mark("Alias"),
    "words": mark("Skill"),
    "level": mark("Done or taught"),
    "name_to_use": mark("Name to use"),
    "number": mark("Number"),
    "address": mark("Address or meeting point"),
    "safe_way": mark("How to get in touch safely"),
}
_FIELDS_OF = {
    "needs": ("kind", "what", "urgency", "needed_by", "area", "people", "conditions", "languages"),
    "offers": ("kind", "what", "availability", "area", "quantity", "conditions", "languages"),
    "skills": ("alias", "words", "level"),
}
IDENTITY_FIELDS = ("name_to_use", "number", "address", "safe_way")  # of needs; never suggested, chosen on purpose only
# The fields each kind of sheet can fill, and their labels.
FIELDS: Mapping[str, Mapping[str, str]] = {
    kind: {field: _LABELS[field] for field in (*fields, *(IDENTITY_FIELDS if kind == "needs" else ()))}
    for kind, fields in _FIELDS_OF.items()
}
_SAYS_WHAT = ("what", "words")  # the field without which a row says nothing


def _heading_words(text: str) -> tuple[str, ...]:
    """Return the words of a heading: folded, the Arabic article taken off."""
    words = re.findall(r"\w+", fold(text))
    return tuple(w[2:] if w.startswith("ال") and len(w) > 4 else w for w in words)


def _synonyms(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_heading_words(words) for words in text.split("|"))


_IDENTITY = "identity"
_WORDS_FOR_WHAT = "الوصف|وصف|التفاصيل|تفاصيل|الشرح|ملاحظات|description|details|notes|item|items|détails|remarques|objet"
_HEADINGS: Mapping[str, frozenset[tuple[str, ...]]] = {
    "kind": _synonyms(
        "النوع|نوع المساعدة|نوع الطلب|نوع الاحتياج|نوع العرض|الفئة|التصنيف|المجال|kind|type|type of help|category|sector|"
        "genre|catégorie|type d'aide|nature"
    ),
    "what": _synonyms(
        "الاحتياج|الحاجة|الاحتياجات|المطلوب|الطلب|طلب|العرض|المعروض|المادة|اسم المادة|الأغراض|عنوان الطلب|عنوان العرض|"
        "وصف الطلب|وصف الاحتياج|وصف العرض|need|needs|request|what|what is needed|what is offered|offer|item name|title|"
        "name of item|besoin|besoins|demande|offre|quoi|description du besoin|titre|" + _WORDS_FOR_WHAT
    ),
    "urgency": _synonyms(
        "الأولوية|الاستعجال|درجة الاستعجال|الإلحاح|درجة الإلحاح|مستوى الأولوية|urgency|urgent|priority|how urgent|"
        "urgence|priorité|degré d'urgence"
    ),
    "needed_by": _synonyms(
        "مطلوب قبل|قبل تاريخ|الموعد|الموعد النهائي|تاريخ الحاجة|حتى تاريخ|آخر موعد|needed by|deadline|due|due date|by when|"
        "date needed|before|date limite|échéance|avant le|pour le"
    ),
    "area": _synonyms(
        "المنطقة|الحي|المدينة|البلدة|القرية|المحافظة|المكان|الموقع|area|city|town|district|neighbourhood|neighborhood|"
        "region|location|place|zone|quartier|ville|région|lieu|secteur"
    ),
    "people": _synonyms(
        "عدد الأشخاص|عدد الأفراد|عدد أفراد الأسرة|عدد أفراد العائلة|الأفراد|حجم الأسرة|people|number of people|persons|"
        "number of persons|household size|family size|how many people|personnes|nombre de personnes|taille du foyer"
    ),
    "conditions": _synonyms(
        "الشروط|شروط|قيود|شروط وملاحظات|ملاحظات أمان|احتياطات|conditions|restrictions|constraints|safety notes|"
        "contraintes|précautions"
    ),
    "languages": _synonyms("اللغة|اللغات|لغات|language|languages|spoken languages|langue|langues|langues parlées"),
    "availability": _synonyms(
        "التوفر|الأوقات|الأوقات المناسبة|أوقات التوفر|متى|أيام|الأيام|availability|available|when|times|days|hours|"
        "disponibilité|disponibilités|quand|horaires|jours"
    ),
    "quantity": _synonyms(
        "الكمية|العدد|عدد القطع|عدد المرات|السعة|quantity|qty|amount|count|how many|number|capacity|quantité|nombre|combien"
    ),
    "alias": _synonyms(
        "الاسم المستعار|اسم مستعار|اللقب|لقب|كنية|alias|pseudonym|nickname|handle|pseudo|pseudonyme|surnom"
    ),
    "words": _synonyms(
        "المهارة|المهارات|مهارة|الخبرة|الخبرات|الاختصاص|المهنة|skill|skills|expertise|experience|profession|trade|can do|"
        "compétence|compétences|savoir faire|métier|expérience|" + _WORDS_FOR_WHAT
    ),
    "level": _synonyms("المستوى|مستوى|مستوى المهارة|level|skill level|proficiency|niveau|maîtrise"),
    _IDENTITY: _synonyms(
        "الاسم|اسم|الاسم الكامل|الاسم الأول|الاسم الثلاثي|الاسم الرباعي|اسم العائلة|اسم الأب|اسم الأم|الشهرة|الشخص|"
        "صاحب الطلب|مقدم الطلب|اسم مقدم الطلب|اسم المستفيد|المستفيد|هاتف|الهاتف|رقم الهاتف|جوال|رقم الجوال|موبايل|"
        "رقم الموبايل|محمول|تلفون|واتساب|واتس|تلغرام|تواصل|معلومات التواصل|رقم التواصل|اتصال|رقم الاتصال|بريد|"
        "البريد الإلكتروني|إيميل|ايميل|فيسبوك|انستغرام|حساب|رقم الحساب|رقم الحساب البنكي|عنوان|العنوان|عنوان السكن|"
        "عنوان المنزل|الشارع|الإحداثيات|هوية|الهوية|رقم الهوية|الرقم الوطني|الرقم القومي|رقم البطاقة|جواز السفر|رقم جواز السفر|"
        "تاريخ الميلاد|العمر|السن|الجنسية|الجنس|الديانة|الطائفة|التوقيع|الصورة|"
        "name|full name|first name|last name|surname|family name|middle name|contact name|contact|contact person|person|"
        "applicant|beneficiary|beneficiary name|requester|phone|phone number|telephone|tel|mobile|cell|number to call|"
        "contact number|whatsapp|telegram|signal|email|e mail|mail|facebook|instagram|account|account number|iban|address|"
        "home address|street|street address|coordinates|gps|map link|id|id number|id card|national id|identity|passport|"
        "passport number|date of birth|dob|birth date|birthday|age|nationality|gender|sex|religion|signature|photo|"
        "nom|prénom|nom complet|nom de famille|nom et prénom|personne|bénéficiaire|demandeur|téléphone|tél|portable|mobile|"
        "numéro de téléphone|courriel|mél|adresse|adresse mail|adresse électronique|rue|compte|numéro de compte|coordonnées|"
        "cin|carte d'identité|pièce d'identité|numéro d'identité|passeport|date de naissance|âge|nationalité|sexe|genre civil"
    ),
}
# Of headings that two fields could claim, the sheet's own kind decides; these tell which kind it is.
_TELLS = {
    "needs": ("urgency", "needed_by", "people"),
    "offers": ("availability", "quantity"),
    "skills": ("words", "level", "alias"),
}
_KIND_WORDS = {
    "needs": _synonyms(
        "احتياج|احتياجات|حاجة|حاجات|طلب|طلبات|مطلوب|need|needs|request|requests|besoin|besoins|demande|demandes"
    ),
    "offers": _synonyms("عرض|عروض|معروض|متوفر|offer|offers|offered|donation|available|offre|offres"),
    "skills": _synonyms("مهارة|مهارات|خبرة|خبرات|متطوعون|skill|skills|volunteers|compétence|compétences"),
}

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,30})+")
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?!\w)")
_LINK = re.compile(
    r"(?:https?://|www\.|(?:t|wa)\.me/|goo\.gl/|maps\.|facebook\.|instagram\.)\S{2,}|(?<!\w)@\w{4,}", re.IGNORECASE
)
_PLACE = re.compile(r"-?\d{1,2}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}")
_BANK = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?")
_PAPER = re.compile(r"[A-Z]{1,3}[\s-]?\d{6,12}", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2}|[^\W\d_]+(?:\s[^\W\d_]+)?)\s*[-/.\s,]\s*(\d{1,4})(?:[\sT].{0,20})?")
_MONTHS = tuple(
    frozenset(fold(name) for name in names.split("|"))
    for names in (
        "يناير|كانون الثاني|جانفي|january|jan|janvier|janv",
        "فبراير|شباط|فيفري|february|feb|février|févr",
        "مارس|آذار|march|mar|mars",
        "أبريل|إبريل|نيسان|أفريل|april|apr|avril|avr",
        "مايو|أيار|ماي|may|mai",
        "يونيو|حزيران|جوان|june|jun|juin",
        "يوليو|تموز|جويلية|july|jul|juillet|juil",
        "أغسطس|آب|أوت|august|aug|août",
        "سبتمبر|أيلول|september|sep|sept|septembre",
        "أكتوبر|تشرين الأول|october|oct|octobre",
        "نوفمبر|تشرين الثاني|november|nov|novembre",
        "ديسمبر|كانون الأول|december|dec|décembre|déc",
    )
)
_SHEET_DAYS = range(36_526, 73_051)  # 2000 to 2099, counted as spreadsheets do
_SHEET_EPOCH = datetime.date(1899, 12, 30)


def _values(**lists: str) -> dict[tuple[str, ...], str]:
    return {words: value for value, text in lists.items() for words in _synonyms(text)}


_URGENCY = _values(
    now="الآن|حالا|فورا|فوري|فورية|عاجل|عاجل جدا|عاجلة|طارئ|طارئة|اليوم|مستعجل|ضروري جدا|حرج|now|urgent|very urgent|asap|emergency|"
    "immediate|immediately|today|critical|high|1|urgence|immédiat|tout de suite|aujourd'hui|très urgent",
    days="خلال أيام|أيام|خلال 3 أيام|خلال ثلاثة أيام|هذا الأسبوع|قريبا|متوسط|متوسطة|days|within days|within 3 days|this week|"
    "soon|medium|2|jours|sous 3 jours|cette semaine|bientôt|moyen|moyenne",
    weeks="أسابيع|خلال أسبوعين|خلال أسابيع|هذا الشهر|منخفض|منخفضة|weeks|within 2 weeks|two weeks|this month|low|3|"
    "semaines|sous deux semaines|ce mois|faible",
    open="بدون تاريخ|بلا تاريخ|غير عاجل|غير مستعجل|عادي|عادية|مفتوح|لاحقا|open|no date|not urgent|whenever|normal|later|4|"
    "pas urgent|non urgent|sans date|plus tard",
)
_LEVELS = _values(
    does="أمارس|أعمل|ممارس|ممارسة|جيد|جيدة|ممتاز|خبير|محترف|متوسط|مبتدئ|نعم|does|do|doing|practice|good|expert|professional|"
    "intermediate|beginner|advanced|yes|fait|bon|confirmé|débutant|oui",
    teaches="أعلم|تعليم|يعلم|تدريب|مدرب|معلم|teaches|teach|teaching|trainer|can teach|i can teach this|enseigne|enseigner|formateur",
    never="لا|أبدا|never|no|never ask|jamais|non",
)
# Slugs of the kinds that every network begins with; the one who brings the sheet in turns them into ids.
_HELP = _values(
    listening="إصغاء|دعم نفسي|استماع|نفسي|listening|psychosocial|emotional support|counselling|écoute|soutien psychologique",
    food="طعام|غذاء|غذائي|غذائية|أكل|سلة غذائية|مواد غذائية|وجبات|food|groceries|meals|nourriture|alimentation|alimentaire",
    shelter="مأوى|سكن|إيواء|إيجار|مسكن|shelter|housing|accommodation|rent|logement|hébergement|abri",
    medicine="علاج ودواء|دواء|أدوية|علاج|طبي|طبية|صحة|صحي|medicine|medical|medication|health|care|médical|santé|médicaments",
    legal="قانونية|قانوني|قانون|محام|استشارة قانونية|legal|lawyer|juridique|avocat",
    transport="نقل|مواصلات|توصيل|transport|transportation|ride|rides|delivery|trajet",
    money="مالية|مالي|مال|نقد|نقدي|money|cash|financial|argent|financier|financière",
    paperwork="أوراق ومعاملات|أوراق|معاملات|وثائق|papers|paperwork|documents|administrative|papiers|administratif|démarches",
    accompaniment="مرافقة|مرافق|accompaniment|accompany|company|accompagnement",
    safety="أمان|حماية|سلامة|safety|protection|security|sécurité",
    things="أغراض|ملابس|أثاث|أجهزة|بطانيات|things|goods|clothes|clothing|furniture|equipment|items|vêtements|meubles|matériel",
    skills="مهارات|مهارة|تدريب|دروس|skills|training|lessons|compétences|cours",
    other="أخرى|آخر|غير ذلك|other|something else|autre|autres",
)
HELP_SLUGS = frozenset(_HELP.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was read.

    `columns` are the headings; `rows` the filled rows below them, as wide as the headings; `numbers` their row numbers in
    the file, from 1; `kind` the guess of `KINDS`; `mapping` which field each column probably fills (column from 0), without
    `identity`, the columns left out by default; `cut` the (row number, column) of cells that were too long.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    kind: str
    mapping: Mapping[int, str]
    identity: frozenset[int]
    cut: frozenset[tuple[int, int]] = frozenset()


Problem = tuple[int, str, str]  # row number in the file, heading, sentence


def read(raw: bytes) -> Sheet:
    """Read a CSV or XLSX file; raises `Malformed` with a sentence. May take seconds for 5 MB, so call it in a thread."""
    return _sheet(read_cells(raw))


def suggest(sheet: Sheet, kind: str) -> dict[int, str]:
    """Return the field each column probably fills in a sheet of this kind; columns of people are not in it."""
    return _mapping(sheet.columns, kind, sheet.identity)


def apply(sheet: Sheet, mapping: Mapping[int, str]) -> tuple[list[dict[str, str]], list[Problem]]:
    """Return the rows as typed text for fields, and what is wrong with them.

    Days come as year-month-day, numbers in Latin digits, urgency and level as wire values, known kinds of help as slugs
    (others as typed). A row that does not say what it is about is left out; a value that cannot be read is left empty.
    Columns that are not in `mapping` do not appear at all. Raises `Malformed` if no column says what it is about.
    """
    chosen = {
        column: field for column, field in mapping.items() if field in _LABELS and column in range(len(sheet.columns))
    }
    if not set(chosen.values()) & set(_SAYS_WHAT):
        raise Malformed(NO_WORDS_COLUMN)
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        row: dict[str, str] = {}
        found: list[Problem] = []
        for column, field in sorted(chosen.items()):
            value, sentences = _typed(field, cells[column])
            if (number, column) in sheet.cut:
                sentences.append(CELL_TOO_LONG)
            found += [(number, sheet.columns[column], sentence) for sentence in sentences]
            if value and row.get(field):
                value = f"{row[field]}\n{value}" if field in _SAYS_WHAT or field == "conditions" else row[field]
            row[field] = value or row.get(field, "")
        if not any(row.get(field) for field in _SAYS_WHAT):
            heading = next(sheet.columns[column] for column, field in sorted(chosen.items()) if field in _SAYS_WHAT)
            problems.append((number, heading, NO_WORDS))
            continue
        problems += found
        rows.append(row)
    return rows, problems


# --- one cell as typed text -----------------------------------------------------------------------------------------


def _typed(field: str, cell: str) -> tuple[str, list[str]]:
    """Return the text for a field and the sentences about it."""
    if not cell:
        return "", []
    if field in _READERS:
        reader, sentence = _READERS[field]
        value = reader(cell)
        return (value, []) if value else ("", [sentence])
    value = _one_line(cell)
    if field in IDENTITY_FIELDS:
        return value, []
    if field == "kind":
        value = _HELP.get(_heading_words(cell), value)
    if field == "languages":
        value = ", ".join(part.strip() for part in re.split(r"[,;/|،؛]+|\s+-\s+", value) if part.strip())
    if field in _SAYS_WHAT or field == "conditions":
        value = cell
    return value, [LOOKS_PRIVATE] if _looks_private(value) else []


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _urgency(cell: str) -> str:
    return _URGENCY.get(_heading_words(cell), "")


def _level(cell: str) -> str:
    return _LEVELS.get(_heading_words(cell), "")


def _number(cell: str) -> str:
    """Return the only whole number in a cell, such as 4 of "4 people"; "" for none or two."""
    whole = whole_number(cell)
    if whole is None:
        found = re.findall(r"\d+", latin_digits(cell).replace("٬", ""))
        whole = int(found[0]) if len(found) == 1 and len(found[0]) <= 9 else None
    return "" if whole is None or whole < 0 else str(whole)


def _day(cell: str) -> str:
    """Return a day as year-month-day; "" if it cannot be read. Of 3/4/2026 the day is taken to come first."""
    plain = " ".join(latin_digits(cell).split())
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _SHEET_DAYS:
        return (_SHEET_EPOCH + datetime.timedelta(days=int(plain))).isoformat()
    parts = _DAY.fullmatch(plain)
    if parts is None:
        return ""
    first, month, last = parts.group(1), _month(parts.group(2)), parts.group(3)
    if len(first) == 4:
        year, day = int(first), int(last)
    else:
        year, day = int(last) + (2000 if len(last) == 2 else 0), int(first)
        if month > 12 >= day:
            month, day = day, month
    try:
        return datetime.date(year, month, day).isoformat() if year >= 2000 else ""
    except ValueError:
        return ""


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return next((i for i, names in enumerate(_MONTHS, 1) if fold(text) in names), 0)


_READERS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "urgency": (_urgency, NOT_URGENCY),
    "level": (_level, NOT_LEVEL),
    "needed_by": (_day, NOT_A_DAY),
    "people": (_number, NOT_A_NUMBER),
    "quantity": (_number, NOT_A_NUMBER),
}


def _looks_private(text: str) -> bool:
    plain = latin_digits(text)
    if any(pattern.search(plain) for pattern in (_MAIL, _LINK, _PLACE, _BANK)):
        return True
    return any(_is_phone(found.group()) for found in _PHONE.finditer(plain))


def _is_phone(number: str) -> bool:
    """Tell a phone number from a day and from a round sum of money."""
    digits = re.sub(r"\D", "", number)
    return not _day(number) and (len(digits) >= 9 or number[0] in "+0(" or not digits.endswith("000"))


def _is_identity(cell: str) -> bool:
    """Say whether a cell is nothing but a number, an address or a paper of a person."""
    plain = _one_line(latin_digits(cell))
    if any(pattern.fullmatch(plain) for pattern in (_MAIL, _LINK, _PLACE, _BANK, _PAPER)):
        return True
    return _PHONE.fullmatch(plain) is not None and _is_phone(plain)


# --- headings and what they mean ------------------------------------------------------------------------------------


def _sheet(cells: Cells) -> Sheet:
    width = max(len(row) for _, row in cells)
    start = _heading_row(cells)
    title = " ".join(cell for _, row in cells[:start] for cell in row)
    headings = [_one_line(cell)[:HEADING_MAX] for cell in cells[start][1]] + [""] * width
    below = cells[start + 1 :]
    if len(below) > ROWS_MAX:
        raise Malformed(TOO_MANY_ROWS, count=ROWS_MAX)
    filled = {i for _, row in cells[start:] for i, cell in enumerate(row) if cell}
    kept = sorted(filled)
    if len(kept) > COLUMNS_MAX:
        raise Malformed(TOO_MANY_COLUMNS, count=COLUMNS_MAX)
    columns = tuple(headings[i] or _letters(i) for i in kept)
    rows = tuple(tuple(row[i][:CELL_MAX] if i < len(row) else "" for i in kept) for _, row in below)
    cut = {(n, k) for n, row in below for k, i in enumerate(kept) if i < len(row) and len(row[i]) > CELL_MAX}
    identity = frozenset(
        i for i, column in enumerate(columns) if _best(column)[0] == _IDENTITY or _content_is_identity(rows, i)
    )
    kind = _guess(columns, title)
    numbers = tuple(number for number, _ in below)
    return Sheet(columns, rows, numbers, kind, _mapping(columns, kind, identity), identity, frozenset(cut))


def _letters(column: int) -> str:
    """Return what spreadsheets call a column: A to Z, AA and so on."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _heading_row(cells: Cells) -> int:
    """Return which of the first rows holds the headings: the one where most cells are known ones."""
    known = [sum(1 for cell in row if 0 < len(cell) <= HEADING_MAX and _best(cell)[1]) for _, row in cells[:TITLE_ROWS]]
    if max(known) >= 2:
        return known.index(max(known))
    wide = [i for i, (_, row) in enumerate(cells[:TITLE_ROWS]) if sum(1 for cell in row if cell) >= 2]
    return wide[0] if wide else 0


def _match(words: tuple[str, ...], field: str) -> int:
    """Return how well a heading fits a field: 0 not at all, more for a longer synonym, most if it is the synonym."""
    best = 0
    for synonym in _HEADINGS[field]:
        size = len(synonym)
        if words == synonym:
            return 100
        if size and any(words[i : i + size] == synonym for i in range(len(words) - size + 1)):
            best = max(best, size)
    return best


def _best(heading: str, fields: Sequence[str] = tuple(_HEADINGS)) -> tuple[str, int]:
    """Return the field that fits a heading best, and how well; where in doubt, it is about a person."""
    words = _heading_words(heading)[:12]
    scores = {field: _match(words, field) for field in (_IDENTITY, *fields)}
    field = max(scores, key=lambda name: scores[name])  # the first of equals, so identity
    return (field, scores[field]) if scores[field] else ("", 0)


def _content_is_identity(rows: tuple[tuple[str, ...], ...], column: int) -> bool:
    filled = [row[column] for row in rows if row[column]][:_LOOKED_AT]
    hits = sum(1 for cell in filled if len(cell) <= 80 and _is_identity(cell))
    return hits > 0 and hits >= _CONTENT_SHARE * len(filled)


def _guess(columns: tuple[str, ...], title: str) -> str:
    said = _heading_words(" ".join((title, *columns))[:2000])
    scores = dict.fromkeys(KINDS, 0)
    for kind, tells in _TELLS.items():
        scores[kind] += 2 * sum(1 for field in tells if any(_is_told(_heading_words(c), field) for c in columns))
        scores[kind] += sum(1 for word in said if (word,) in _KIND_WORDS[kind])
    return max(scores, key=lambda kind: scores[kind])


def _is_told(words: tuple[str, ...], field: str) -> bool:
    """Say whether a heading names this field and no other; "description" fits every kind of sheet."""
    return words in _HEADINGS[field] and words not in _HEADINGS["what"]


def _mapping(columns: tuple[str, ...], kind: str, identity: frozenset[int]) -> dict[int, str]:
    """Give each field the column that fits it best, the first of equals."""
    fields = _FIELDS_OF[kind]
    fits = [
        (-_match(_heading_words(heading), field), column, fields.index(field), field)
        for column, heading in enumerate(columns)
        if column not in identity
        for field in fields
    ]
    mapping: dict[int, str] = {}
    for score, column, _, field in sorted(fits):
        if score and column not in mapping and field not in mapping.values():
            mapping[column] = field
    return dict(sorted(mapping.items()))
