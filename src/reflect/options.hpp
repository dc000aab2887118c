// What an OptionList holds, and its records read back as whole options.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/reflect/options.hpp"

namespace dataflow::reflect {

struct OptionList::Contents {
  std::string table;  ///< empty: by convention
  std::vector<Record> records;
  std::deque<std::string> texts;  ///< a deque, because records point into it
  std::vector<std::optional<Literal>> literals;
};

/// The option's name as the user writes it: "unique", "on_delete".
std::string_view spelling(Word word);

/// A column, a column in descending order, an expression, or the words of a column in the language `text`.
struct Part {
  Word word;
  Member member = {};
  std::string text = {};
  Attributes attributes = {};
};

/// An option with its parts and modifiers. Owns its text, unlike a record.
struct Option {
  Word word;
  Member member = {};
  std::string text = {}, more = {};
  void (*target)(ModelBuilder&) = nullptr;
  std::optional<Literal> literal = {};
  std::vector<Part> parts = {};
  std::vector<Member> referenced = {};
  std::string name = {};
  std::string where = {};
  Attributes attributes = {};
  Action on_delete = Action::no_action;
  Action on_update = Action::no_action;
  bool stored = false;
  bool deferrable = false;
  bool initially_deferred = false;
  bool by_default = false;
  bool unnamed = false;
  bool as_index = false;
  bool to_key = false;
};

/// Throws Error{invalid_schema} for a modifier that stands after an option it cannot modify.
std::vector<Option> grouped(const OptionList::Contents& contents, std::string_view model);

}  // namespace dataflow::reflect
