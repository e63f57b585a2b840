#!/usr/bin/env python3
"""texts.py: the texts of pages/strings as their readers see them. tools/gen/strings.py looks after keys and values;
this looks after what an editor would mark: punctuation of the language, the agreed form of address and words, what was
left in English, and buttons too long for a phone. Prints problems, one a line; the lint asks.
"""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gen"))

import strings  # noqa: E402

CJK = "\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f"
# How a text may end, in the order of what it means; a text ends as the English one does.
ENDS = (".。", "?？؟", ":：", "…")
# Samples of symbols, patterns for values, and what is no text of ours.
NO_PROSE = {"rule.symbol", "text", "page.title", "error.refused", "time.format", "time.months", "language.name",
            "language.direction"}
# (language, key): an example at the end stands without a full stop in Korean.
OTHER_END = {("ko", "error.date"), ("ko", "error.email")}
# What is spelled like English and is not.
SAME = {
    "de": {"App", "Code", "Name", "Passkey", "Passkeys", "Website", "{label} (optional)"},
    "es": {"Error: {title}", "No"},
    "fr": {"Code"},
    "id": {"Email", "Gender"},
    "it": {"App", "Email", "No", "Passkey", "Passkeys", "Password"},
    "nl": {"App", "Code", "Gender", "Passkey", "Passkeys", "Website"},
}
ENGLISH = r"(?i)\b(the|your|you|please|enter|this|again|isn’t|can’t|with|and|of)\b"

# language: (what must not be there, why). The head of each file says what was agreed instead.
RULES = {
    "ar": [(r"[,;?]", "Latin punctuation"),
           (r"\+?[0-9]+[ -][0-9]|\+[0-9]", "what runs from left to right belongs between U+2066 and U+2069")],
    "de": [(r"(?i)\b(du|dich|dir|dein\w*|euch|euer)\b", "the form of address is Sie"),
           (r"(?i)kennwort|einloggen|log-?in\b|hauptschlüssel", "another word was agreed"),
           (r"[“”]|‚[^‘]*’", "quotation marks are „ and “")],
    "es": [(r"(?i)\b(usted|ustedes|vosotros|vuestr\w+)\b", "the form of address is tú"),
           (r"(?i)passkey|\be-?mail\b|\bapp\b|clave de (acceso|paso)", "another word was agreed")],
    "fr": [(r"[^\u202f][?!;:]", "U+202F belongs before it"),
           (r"(?i)\b(tu|toi|ton|tes|te)\b", "the form of address is vous"),
           (r"(?i)passkey|\bmail\b(?<!e-mail)|clef|identifiant de connexion|s’identifier", "another word was agreed")],
    "id": [(r"\b(kamu|kau|anda)\b", "the form of address is Anda"),
           (r"(?i)passkey|browser|password|surel|pakai", "another word was agreed")],
    "it": [(r"\b(Lei|Suo|Sua|Suoi|Sue|voi|vostr\w+)\b", "the form of address is tu"),
           (r"(?i)\be-mail\b|chiave di accesso|login|loggat", "another word was agreed")],
    "ja": [(r"[" + CJK + r"] ?[,.;:?!()]|[,.;:?!()][" + CJK + r"]", "full-width punctuation belongs there"),
           (r"ログイン|ログアウト|パスワードキー|ブラウザ(?!ー)|ユーザ(?!ー)|二段階", "another word was agreed")],
    "ko": [(r"당신|해요[.]|세요요", "the form of address is 합쇼체, -하세요 in requests"),
           (r"암호|패스워드|로그온|2단계 확인", "another word was agreed")],
    "nl": [(r"\b[Uu]w?\b", "the form of address is je"),
           (r"(?i)aanmelden|afmelden|toegangssleutel|inloggegevens", "another word was agreed")],
    "pl": [(r"\b(Pan|Pani|Państwo|twoj\w+|twój|ciebie|cię|tobie|tobą)\b", "the form of address is Ty, with a capital"),
           (r"(?i)passkey|klucz\w* dostępow|\bmejl|\blogin\b", "another word was agreed")],
    "pt": [(r"(?i)\b(tu|teu|tua|teus|tuas|vós|vosso)\b", "the form of address is você"),
           (r"(?i)passkey|palavra-passe|telemóvel|utilizador|\bapp\b|\bemail\b", "another word was agreed")],
    "zh-CN": [(r"[" + CJK + r"] ?[,.;:?!()]|[,.;:?!()][" + CJK + r"]", "full-width punctuation belongs there"),
              (r"[你帐]|登陆|注销|密匙|管理者", "another word was agreed"),
              (r"[驗證碼設錄請輸們這應發郵鍵連備時無刪為對選擇關開電頁變帳號儲]", "a traditional character")],
    "zh-TW": [(r"[" + CJK + r"] ?[,.;:?!()]|[,.;:?!()][" + CJK + r"]", "full-width punctuation belongs there"),
              (r"[你]|賬|短信|密鑰匙|管理者|第二步驗證", "another word was agreed"),
              (r"[验证码设录请输们这应发邮键连备时无删为对选择关开电页变帐号储]", "a simplified character")],
}
# Everywhere.
COMMON = [
    (r"['\"]", "a straight quotation mark or apostrophe"),
    (r"\.\.", "dots instead of an ellipsis"),
    (r"[ \u00a0\u202f]{2}", "two blanks"),
    (r"\t", "a tab"),
    (r" [,.;:?!](?!\w)", "a blank before punctuation"),
]
# Longest texts of what a phone shows in one line of 288 px (buttons) or two (titles), in widths of a Latin letter.
WIDEST = {"button": 32, "link": 44, "title": 64}


def width(text):
    return sum(2 if re.match(f"[{CJK}\u1100-\u11ff\uac00-\ud7a3]", char) else 1 for char in text)


def end_of(text):
    return next((index for index, chars in enumerate(ENDS) if text[-1] in chars), None)


def sample_free(text):
    """Without values, addresses, and what is isolated: the prose alone."""
    text = re.sub("\u2066[^\u2069]*\u2069", "x", text)
    return re.sub(r"\{[a-z_]+\}|[\w.]+@[\w.]+\.\w+", "x", text)


def check_text(tag, key, form, text, english):
    if key in NO_PROSE:
        return
    prose = sample_free(text)
    for pattern, why in COMMON + RULES.get(tag, []):
        if tag == "fr" and why == "a blank before punctuation":
            continue
        if found := re.search(pattern, prose):
            yield f"{why} ({found[0]!r})"
    if end_of(text) != end_of(english) and (tag, key) not in OTHER_END:
        yield f"ends otherwise than “{english}”"
    if re.match(r"[a-zà-ÿąćęłńóśźż]", prose) and key != "provider.or" and not text.startswith("{"):
        yield "begins with a small letter"
    if tag == "es" and text.count("?") != text.count("¿"):
        yield "¿ and ? do not match"
    if tag != "en":
        if text == english and re.search("[A-Za-z]", prose.replace("x", "")) and text not in SAME.get(tag, ()):
            yield "is English"
        if re.search(ENGLISH, prose) and tag not in ("nl",):
            yield "has English words"
    if form in ("few", "many", "other") and "{count}" in english and "{count}" not in text:
        yield "lacks {count}"
    kind = "title" if key.endswith(".title") else key.split(".")[0]
    if width(text) > WIDEST.get(kind, 1000):
        yield f"is too long for its place ({width(text)})"


def main():
    problems = []
    paths = sorted(glob.glob("pages/strings/*.txt"))
    languages = {strings.tag_of(path): strings.read(path, problems.append) for path in paths}
    for tag, texts in languages.items():
        months = texts.get("time.months", {None: ""})[None].split(" ")
        if len(months) != 12:
            problems.append(f"pages/strings/{tag}.txt: time.months has {len(months)} words")
        for key, forms in texts.items():
            english = languages["en"].get(key, {})
            for form, text in forms.items():
                like = english.get(form, english.get("other", text))
                name = key + (f"[{form}]" if form else "")
                problems += [f"pages/strings/{tag}.txt: {name} {why}" for why in check_text(tag, key, form, text, like)]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
