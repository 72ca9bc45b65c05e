"""The sixteen families of hostile input: what no person types, and what arrives all the same."""

#: What a keyboard, a clipboard or a robot may send in one field.
VALEURS = {
    "nul": "a\x00b",
    "long": "é" * 10_000,
    "bigint": "99999999999999999999",
    "chiffres": "9" * 5_000,
    "exposant_enorme": "1e999999999",
    "nan": "NaN",
    "exposants": "²",
    "annee_1": "0001-01-01",
    "url_cassee": "http://[::1",
    "emoji": "👩‍🏫" * 50,
    "motif": "\\m(((*+?{}[%_'\"",
    "en_tete": "a\r\nSet-Cookie: x=1",
    "pas_utf8": b"\xed\xa0\x80\xff\xfe",
    "bidi": "\u202e\u2066gnp.exe\u2069\u200f",
    "balise": "</textarea><script>alert(1)</script>{{ 7|add:7 }}{% now %}",
    "double": ["1", "2", "\u202e", ""],
}
