"""UTF-8 read one byte at a time: what decodes comes back, what lost bytes is reported, no language is taken for it."""

from __future__ import annotations

import pytest

from crawler.repair import narrow, repair, undo

GOOD = "第一段没有问题，读者看得明白。"
LINE = "那曲市新建的牧区气象站本周投入使用，为牧民提供未来三天的天气预报，工作人员每天检查仪器两千次。"


def as_browsers(data: bytes, code: str) -> str:
    """Bytes without a sign become control characters."""
    return "".join(bytes((byte,)).decode(code, "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("code", narrow.CODES)
@pytest.mark.parametrize("page", ["{}", GOOD + "\n{}\n" + GOOD, f"<p>{GOOD}</p><p>{{}}</p>", GOOD + "{}" + GOOD])
def test_a_line_read_in_a_one_byte_code_is_turned_back(code: str, page: str) -> None:
    """Alone, in a clean page, in tags, as a phrase of a good line."""
    seen = page.format(as_browsers(LINE.encode(), code))
    repaired = repair(seen)
    assert repaired.text == page.format(LINE)
    assert repaired.lossy == ()
    assert undo(repaired) == seen


@pytest.mark.parametrize("code", ["cp1252", "cp1250", "cp1253", "cp1254", "cp1257", "cp1258"])
@pytest.mark.parametrize("errors", ["ignore", "replace"])
def test_what_lost_bytes_is_reported(code: str, errors: str) -> None:
    """Bytes that the code does not have were dropped, or shown as a question mark."""
    seen = f"{GOOD}\n{LINE.encode().decode(code, errors).replace(chr(0xFFFD), '?')}\n{GOOD}"
    repaired = repair(seen)
    assert LINE not in repaired.text
    assert repaired.lossy
    assert undo(repaired) == seen


@pytest.mark.parametrize("code", ["cp1251", "iso8859-5", "iso8859-2"])
def test_gbk_read_as_letters_that_nothing_turns_back_is_reported(code: str) -> None:
    """Small letters and capitals mixed inside words."""
    seen = f"{GOOD}\n{as_browsers(LINE.encode('gbk'), code)}\n{GOOD}"
    assert repair(seen).lossy


def test_no_result_is_taken_that_is_crowded_with_strange_characters() -> None:
    """Read as ISO 8859-15 and taken for Windows-1252, every sixth character would be one that nobody knows."""
    seen = f"{GOOD}\n{as_browsers('为了修这条路，两千三百名建设者一起来了。'.encode(), 'iso8859-15')}\n{GOOD}"
    assert repair(seen).text == f"{GOOD}\n为了修这条路，两千三百名建设者一起来了。\n{GOOD}"


FOREIGN = [
    "Où étiez-vous passé cet été ? « L’œuvre déjà créée à Nîmes » a été très goûtée… naïve, être, ça, là-bas.",
    "« Été » — « été » — « blé » — « pré » — « clé » — « thé » — « gré » — « né » — « ré » — « dé »",
    "été… café… passé… allé… né… blé… pré… clé…",
    "l’été’ l’été’ l’été’ l’été’ à’ é’ è’ ç’",
    "ÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜŸ àâäæçéèêëîïôœùûüÿ",
    "Die Größe der Straße über dem Fluß: „Äpfel“, „Öl“, „Übermut“, „Maß“ – süß, müßig, böse.",
    "ÄäÖöÜüß ÄÖÜ äöü ẞ",
    "Đây là thông báo của Ủy ban nhân dân tỉnh về việc tổ chức lễ hội, mọi người đều được mời tham dự.",
    "Những ngày đầu năm, thời tiết ở miền núi phía Bắc rất lạnh; nhiều nơi có băng giá.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy. Řeřicha, říční člun, ještěrka, šťáva, čtvrť.",
    "ČčĎďŇňŘřŠšŤťŽž ÁáÉéÍíÓóÚúŮůÝý",
    "Það er þá þú þó því þegar þið, sögðu þau; æðar, önd, ýsa og ísbjörn. Kæmi ný öxi hér, ykist þjófum nú bæði víl.",
    "þá þú þó þí þé þá þú þó þí þé þá þú",
    "Zażółć gęślą jaźń. Pójdźże, kiń tę chmurność w głąb flaszy. Łódź, Świętokrzyskie, źdźbło.",
    "ĄąĆćĘęŁłŃńÓóŚśŹźŻż",
    "Министерство транспорта сообщило, что объём перевозок вырос; съезд, подъезд, ёлка, ещё, её.",
    "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщ",
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "ГосДума, РосНано, МосЭнерго, ЦентрСоюз и СберБанк подписали соглашение.",
    "Україна: її їжа, єдність, ґанок, під’їзд, об’єкт, ії, Їжак, Ґудзик.",
    "Ўсе людзі нараджаюцца свабоднымі і роўнымі ў сваёй годнасці.",
    "Ђорђе Ћосић, Љубљана, Његош, Џеп; ђак, ћуп, љуљашка, њива, џез.",
    "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας· ο Όμηρος, η Ίδα, το Ύψος, η Ήρα, η Ώρα, ο Έλληνας.",
    "ΑαΒβΓγΔδΕεΖζΗηΘθΙιΚκΛλΜμΝνΞξΟοΠπΡρΣσΤτΥυΦφΧχΨψΩω",
    "Åland, Ärla, Öland; får får får? Nej, får får lamm. Räksmörgås åäö ÅÄÖ.",
    "Rødgrød med fløde på; æøå ÆØÅ. Hvad er så dét? Blåbærsyltetøj.",
    "Õun, öö, äär, üür, jäääär, kuuuurija, õueõunapuu; žanr, šokk.",
    "Bugün hava çok güzel; ığdır, İstanbul, ŞşĞğÜüÖöÇçIı, çağdaş öğretmenlik.",
    "São Paulo, coração, ações, avó, avô, pêssego, à toa, é, é!",
    "¿Qué pasó? ¡Año nuevo! El pingüino comió «ñoquis»… ¿Cuál? ¡Él!",
    "Ţara şi oraşul, ţărani în câmp; Țara și orașul; Înălțime, âmbră, ăsta.",
    "Ő űrhajós, öt tűzoltó, árvíztűrő tükörfúrógép, ÁRVÍZTŰRŐ TÜKÖRFÚRÓGÉP.",
    "Ąžuolas, ėjimas, įdomu, šuo, ūkis, ųjų, ČĘĖĮŠŲŪŽ; Rīga, ģimene, ķirsis, ļoti, ņem, āēīū.",
    "/ðə kwɪk braʊn fɒks dʒʌmps ˈəʊvə/ [ˈʃtʁaːsə] [ɲœ̃] /pʰɔ̃ɡ/ [æ̃ɛ̃œ̃]",
    "wǒ shì zhōngguó rén, nǐ hǎo ma? lǜsè, nǚ'ér, ê, ń, ň, ḿ",
    "½ ¼ ¾ ⅓ × ÷ ± ° § ¶ µ © ® ™ « » “ ” ‘ ’ … – — · • † ‡ ‰ € £ ¥ ¢ ¤ ª º ¹ ² ³",
    "5 µm ± 2 µm, σ² = 3·10⁻⁴, ΔT ≈ 4 °C, Σ(x−µ)²/n, π≈3,14; Φ=½, τ≥2, Ω≤5",
    "┌────┬────┐ │ 数据 │ 说明 │ ╔════╦════╗ ║ ░▒▓ ║ ╚════╩════╝ ■□◆◇",
    "re.compile('[àáâãäåæçèéêëìíîïðñòóôõö¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿]')",
    "const map = {'à':'a','é':'e','ï':'i','ö':'o','ç':'c','ã':'a','å':'a','æ':'ae','è':'e'};",
    "一个例子：工业的“工”被读成 å·¥，“业”被读成 ä¸š，这就是乱码。",
    "ภาษาไทยเป็นภาษาที่มีระดับเสียง; ไปไหนมา แม่ไก่ไข่ใบใหญ่",
    "שלום עולם — العربية: مرحبا بالعالم؛ كيف الحال؟",
    "ÉCOLE NORMALE SUPÉRIEURE – DÉPÔT LÉGAL À L’ÉTRANGER, ÎLE-DE-FRANCE, ÂGE, NOËL",
    "ÈÉÊË ÁÂÃÄ ‰ „Ê“ ‚Á‘ „È“ ‰Ë",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_no_language_alphabet_or_code_is_taken_for_misread_text(text: str) -> None:
    """Alone, and on a Chinese page: nothing changed, nothing reported."""
    for page in (text, f"{GOOD}\n{text}\n{GOOD}", f"<p>{text}</p>"):
        repaired = repair(page)
        assert repaired.text == page
        assert repaired.applied == ()
        assert repaired.lossy == ()
