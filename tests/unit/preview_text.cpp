// Text made printable, measured and wrapped.
#include <doctest/doctest.h>

#include "core/utf8.hpp"
#include "dataflow/preview.hpp"
#include "preview/text.hpp"

using namespace dataflow;
using namespace dataflow::page;

using Lines = std::vector<std::string>;

TEST_CASE("UTF-8: code points, and what is none") {
  CHECK(code_point("a", 0).value == U'a');
  CHECK(code_point("é", 0).value == U'é');
  CHECK(code_point("€", 0).bytes == 3);
  CHECK(code_point("🔥", 0).value == U'🔥');
  CHECK(is_utf8("aé€🔥"));
  CHECK(is_utf8(""));
  for (const char* broken : {"\x80", "\xc3", "\xc3(", "\xe2\x82", "\xf0\x9f\x94", "\xff", "\xf8\x88\x80\x80\x80"})
    CHECK_FALSE(is_utf8(broken));
  CHECK_FALSE(is_utf8("\xc0\x80"));          // overlong
  CHECK_FALSE(is_utf8("\xe0\x80\xaf"));      // overlong
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // beyond Unicode
  CHECK(code_point("\xc3(", 0).bytes == 1);
  CHECK(code_point("\xc3(", 0).value == 0xc3);
}

TEST_CASE("display width") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("naïve") == 5);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("한국") == 4);
  CHECK(display_width("\u1112\u1161\u11ab") == 2);  // one syllable out of three letters
  CHECK(display_width("✅") == 2);
  CHECK(display_width("⚠") == 1);
  CHECK(display_width("⚠️") == 2);
  CHECK(display_width("🚨🔥") == 4);
  CHECK(display_width("👍🏽") == 2);
  CHECK(display_width("👩‍👩‍👧‍👦") == 2);
  CHECK(display_width("1️⃣") == 2);
  CHECK(display_width("🇩🇪") == 2);
  CHECK(display_width("→…│") == 3);
  CHECK(display_width("\xff\xfe") == 2);
  CHECK(display_width("ﾊﾝ") == 2);
  CHECK(display_width("Ｈ") == 2);
}

TEST_CASE("shown text cannot steer a terminal") {
  CHECK(shown("plain Ünïcode 日本 👩‍👧", false) == "plain Ünïcode 日本 👩‍👧");
  CHECK(shown("a\nb\tc\rd", false) == "a\\nb\\tc\\rd");
  CHECK(shown(std::string("a\0b", 3), false) == "a\\x00b");
  CHECK(shown("\x1b[31m\x7f", false) == "\\x1b[31m\\x7f");
  CHECK(shown("\u009b31m", false) == "\\u{9b}31m");
  CHECK(shown("caf\xe9", false) == "caf\\xe9");
  CHECK(shown("\u202egnp\u2066\u200b\ufeff", false) == "\\u{202e}gnp\\u{2066}\\u{200b}\\u{feff}");
  CHECK(shown("é → …", true) == "\\u{e9} -> ...");
  CHECK(shown("🔥", true) == "\\u{1f525}");
}

TEST_CASE("SQL is split into lines outside of quotes only") {
  CHECK(sql_lines("SELECT 1", false) == Lines{"SELECT 1"});
  CHECK(sql_lines("a\nb\r\nc\n\td", false) == Lines{"a", "b", "c", "    d"});
  CHECK(sql_lines("x \"n\nm\" 'v\nw' `y\nz` [p\nq]\nr", false) == Lines{"x \"n\\nm\" 'v\\nw' `y\\nz` [p\\nq]", "r"});
  CHECK(sql_lines("'it''s\n'\nb", false) == Lines{"'it''s\\n'", "b"});
  CHECK(sql_lines("a -- it's\nb 'c'", false) == Lines{"a -- it's", "b 'c'"});
  CHECK(sql_lines("\x1b[2J", false) == Lines{"\\x1b[2J"});
  CHECK(shows_as_is("SELECT 'é'\n\t;", false));
  CHECK_FALSE(shows_as_is("SELECT 'é'", true));
  CHECK_FALSE(shows_as_is("SELECT '\x1b'", false));
}

TEST_CASE("wrapping") {
  CHECK(wrapped("", 5) == Lines{""});
  CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrapped("one two three", 100) == Lines{"one two three"});
  CHECK(wrapped("is_active (BOOLEAN)", 14) == Lines{"is_active", "(BOOLEAN)"});
  CHECK(wrapped("abcdefgh ij", 3) == Lines{"abc", "def", "gh", "ij"});
  CHECK(wrapped("日本語", 5) == Lines{"日本", "語"});
  CHECK(wrapped("a⚠️⚠️", 3) == Lines{"a⚠️", "⚠️"});
  CHECK(wrapped("日", 1) == Lines{"日"});
  CHECK(padded("日", 4) == "日  ");
  CHECK(padded("abcd", 2) == "abcd");
}
