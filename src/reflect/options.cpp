#include "reflect/options.hpp"

#include <utility>

#include "dataflow/error.hpp"

namespace dataflow::reflect {

OptionList::OptionList(std::string_view table) : contents_(new Contents{std::string(table), {}, {}, {}}) {}
OptionList::OptionList(OptionList&& other) noexcept : contents_(std::exchange(other.contents_, nullptr)) {}
OptionList::~OptionList() { delete contents_; }

void OptionList::add(Word word, std::string_view text, std::string_view more) {
  Record record{.word = word};
  if (!text.empty()) record.text = contents_->texts.emplace_back(text);
  if (!more.empty()) record.more = contents_->texts.emplace_back(more);
  contents_->records.push_back(record);
}

void OptionList::add(Word word, Member member, std::string_view text) {
  add(word, text);
  contents_->records.back().member = member;
}

void OptionList::add(Word word, Member member, std::string_view text, std::string_view more) {
  add(word, text, more);
  contents_->records.back().member = member;
}

void OptionList::add_part_attribute(std::size_t part, std::string_view key, std::string_view value) {
  add(Word::with_part, key, value);
  contents_->records.back().number = part;
}

void OptionList::add(Word word, Action action) { contents_->records.push_back({.word = word, .action = action}); }

void OptionList::add_literal(Word word, Member member, std::optional<Literal> literal) {
  contents_->records.push_back({.word = word, .member = member, .literal = contents_->literals.size()});
  contents_->literals.push_back(std::move(literal));
}

void OptionList::add_target(void (*target)(ModelBuilder&)) {
  contents_->records.push_back({.word = Word::foreign_key, .target = target});
}

std::string_view spelling(Word word) {
  switch (word) {
    case Word::schema: return "schema";
    case Word::table_comment:
    case Word::comment: return "comment";
    case Word::table_renamed_from:
    case Word::renamed_from: return "renamed_from";
    case Word::attribute:
    case Word::column_attribute: return "option";
    case Word::column_name: return "column_name";
    case Word::default_sql: return "default_sql";
    case Word::default_from_initializer: return "default_from_initializer";
    case Word::no_default: return "no_default";
    case Word::backfill: return "backfill";
    case Word::backfill_sql: return "backfill_sql";
    case Word::ignore: return "ignore";
    case Word::generated: return "generated";
    case Word::collation: return "collation";
    case Word::postgis: return "postgis";
    case Word::type: return "type";
    case Word::nullable: return "nullable";
    case Word::identity: return "identity";
    case Word::primary_key: return "primary_key";
    case Word::no_primary_key: return "no_primary_key";
    case Word::unique: return "unique";
    case Word::index: return "index";
    case Word::foreign_key: return "references";
    case Word::check: return "check";
    case Word::part: return "columns";
    case Word::descending: return "desc";
    case Word::expression: return "expr";
    case Word::text_search: return "text_search";
    case Word::referenced: return "columns";
    case Word::named: return "named";
    case Word::where: return "where";
    case Word::on_delete: return "on_delete";
    case Word::on_update: return "on_update";
    case Word::stored: return "stored";
    case Word::deferrable: return "deferrable";
    case Word::method: return "method";
    case Word::only_on: return "only_on";
    case Word::initially_deferred: return "initially_deferred";
    case Word::by_default: return "by_default";
    case Word::unnamed: return "unnamed";
    case Word::as_index: return "as_index";
    case Word::to_key: return "to_key";
    case Word::with: return "with";
    case Word::with_part: return "with_part";
  }
  return "";
}

namespace {

struct Modifies {
  Word modifier;
  std::vector<Word> options;
  void (*apply)(Option&, const Record&);
};

const std::vector<Modifies>& modifiers() {
  static const std::vector<Modifies> rows = {
      {Word::named,
       {Word::unique, Word::index, Word::foreign_key, Word::primary_key},
       [](Option& option, const Record& record) { option.name = record.text; }},
      {Word::where,
       {Word::unique, Word::index},
       [](Option& option, const Record& record) { option.where = record.text; }},
      {Word::on_delete,
       {Word::foreign_key},
       [](Option& option, const Record& record) { option.on_delete = record.action; }},
      {Word::on_update,
       {Word::foreign_key},
       [](Option& option, const Record& record) { option.on_update = record.action; }},
      {Word::deferrable, {Word::foreign_key}, [](Option& option, const Record&) { option.deferrable = true; }},
      {Word::method,
       {Word::index},
       [](Option& option, const Record& record) { option.attributes["method"] = record.text; }},
      {Word::only_on,
       {Word::index},
       [](Option& option, const Record& record) { option.attributes["only on"] = record.text; }},
      {Word::stored, {Word::generated}, [](Option& option, const Record&) { option.stored = true; }},
      {Word::initially_deferred,
       {Word::foreign_key},
       [](Option& option, const Record&) { option.deferrable = option.initially_deferred = true; }},
      {Word::by_default, {Word::identity}, [](Option& option, const Record&) { option.by_default = true; }},
      {Word::unnamed,
       {Word::unique, Word::foreign_key, Word::check},
       [](Option& option, const Record&) { option.unnamed = true; }},
      {Word::as_index, {Word::unique}, [](Option& option, const Record&) { option.as_index = true; }},
      {Word::to_key, {Word::foreign_key}, [](Option& option, const Record&) { option.to_key = true; }},
      {Word::with,
       {Word::unique, Word::index, Word::foreign_key, Word::primary_key, Word::check},
       [](Option& option, const Record& record) {
         option.attributes[std::string(record.text)] = std::string(record.more);
       }},
      {Word::with_part,
       {Word::unique, Word::index, Word::primary_key},
       [](Option& option, const Record& record) {
         if (record.number == 0 || record.number > option.parts.size())
           throw Error(ErrorCode::invalid_schema,
                       "with_part names part " + std::to_string(record.number) + " of " +
                           std::string(spelling(option.word)) + ", which has " + std::to_string(option.parts.size()),
                       "parts are counted from 1");
         option.parts[record.number - 1].attributes[std::string(record.text)] = std::string(record.more);
       }},
  };
  return rows;
}

const Modifies* modifier(Word word) {
  for (const Modifies& row : modifiers())
    if (row.modifier == word) return &row;
  return nullptr;
}

bool allowed(const Modifies& row, const std::vector<Option>& options) {
  if (options.empty()) return false;
  for (Word option : row.options)
    if (option == options.back().word) return true;
  return false;
}

[[noreturn]] void misplaced(const Modifies& row, std::string_view model) {
  std::string list;
  for (Word option : row.options) list += (list.empty() ? "" : ", ") + std::string(spelling(option));
  throw Error(ErrorCode::invalid_schema,
              "model " + std::string(model) + ": " + std::string(spelling(row.modifier)) +
                  " must stand right after one of: " + list,
              "a modifier belongs to the option just before it");
}

Option started(const Record& record, const OptionList::Contents& contents) {
  Option option{
      .word = record.word, .member = record.member, .text = std::string(record.text), .more = std::string(record.more)};
  option.target = record.target;
  if (record.word == Word::backfill) option.literal = contents.literals[record.literal];
  return option;
}

}  // namespace

std::vector<Option> grouped(const OptionList::Contents& contents, std::string_view model) {
  std::vector<Option> options;
  for (const Record& record : contents.records) {
    if (const Modifies* row = modifier(record.word)) {
      if (!allowed(*row, options)) misplaced(*row, model);
      row->apply(options.back(), record);
    } else if (record.word == Word::part || record.word == Word::descending || record.word == Word::expression ||
               record.word == Word::text_search) {
      options.back().parts.push_back({record.word, record.member, std::string(record.text)});
    } else if (record.word == Word::referenced) {
      options.back().referenced.push_back(record.member);
    } else {
      options.push_back(started(record, contents));
    }
  }
  return options;
}

}  // namespace dataflow::reflect
