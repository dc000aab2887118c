// Tables and views with their columns; sequences.
#include <algorithm>
#include <limits>

#include "dataflow/error.hpp"
#include "dialects/postgresql/inspect.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql::inspection {

namespace {

std::string qualified(const Path& path) { return quote(path); }

std::string word_of_storage(char letter) {
  switch (letter) {
    case 'p': return "PLAIN";
    case 'e': return "EXTERNAL";
    case 'm': return "MAIN";
    default: return "EXTENDED";
  }
}

std::string at(const Row& packed, std::size_t i) { return i < packed.size() ? packed[i].value_or("") : std::string(); }
bool holds(const Row& packed, std::size_t i) { return at(packed, i) == "true"; }

/// Turns rows of pg_class into tables and views.
class Relations {
 public:
  explicit Relations(Picture& picture) : picture_(picture) {}

  /// Options of a toast table: its table is read later.
  void toast(const Fields& f) { toast_options_[f.oid(0)] = at(f.list(8), 3); }

  void relation(const Fields& f) {
    const Oid oid = f.oid(0);
    if (picture_.of_extension(catalog::relation, oid)) return;
    const Path path{picture_.schemas.at(f.oid(1)), f.text(2)};
    const char kind = f.letter(3);
    if (kind == 'c') return;
    const Row packed = f.list(8);
    Relation& relation = picture_.relations[oid];
    relation.path = path;
    picture_.row_types[f.oid(5)] = oid;
    Attributes attributes;
    picture_.comment(attributes, {catalog::relation, oid});
    picture_.privileges(attributes, 'r', f.oid(4), at(packed, 10), "table " + path.name.text, path);
    if (kind == 'v' || kind == 'm') {
      view(f, path, packed, std::move(attributes));
      relation.place = picture_.places[{catalog::relation, oid}];
      return;
    }
    relation.place = {.is_table = true, .index = picture_.schema.tables.size()};
    picture_.places[{catalog::relation, oid}] = relation.place;
    Table& table = picture_.schema.tables.emplace_back();
    table.schema = path.schema;
    table.name = path.name;
    if (const auto comment = attributes.extract("comment")) table.options.comment = comment.mapped();
    table.options.attributes = std::move(attributes);
    options(table.options.attributes, packed);
    if (std::string with = parameters(f, packed); !with.empty()) table.options.attributes["with"] = std::move(with);
    if (kind == 'p') table.options.attributes["partition by"] = f.text(6);
  }

  void parent(const Fields& f) {
    const auto child = picture_.relations.find(f.oid(0)), parent = picture_.relations.find(f.oid(1));
    if (child == picture_.relations.end() || parent == picture_.relations.end()) return;
    if (!child->second.place.is_table) return;
    Attributes& attributes = picture_.table(child->second).options.attributes;
    std::string& said = attributes[attributes.contains("bound") ? "partition of" : "inherits"];
    said += (said.empty() ? "" : ", ") + qualified(parent->second.path);
  }

  void foreign(const Fields& f) {
    const auto relation = picture_.relations.find(f.oid(0));
    if (relation == picture_.relations.end()) return;
    Attributes& attributes = picture_.table(relation->second).options.attributes;
    attributes["foreign server"] = quote(f.text(1));
    if (!f.null(2)) attributes["foreign options"] = f.text(2);
  }

 private:
  static void options(Attributes& into, const Row& packed) {
    if (packed.empty()) return;
    if (at(packed, 0) == "u") into["persistence"] = "unlogged";
    if (packed[1]) into["access method"] = quote(*packed[1]);
    if (packed[2]) into["tablespace"] = quote(*packed[2]);
    if (at(packed, 4) == "f") into["replica identity"] = "full";
    if (at(packed, 4) == "n") into["replica identity"] = "nothing";
    const bool enabled = holds(packed, 5), forced = holds(packed, 6);
    if (enabled || forced)
      into["row security"] = enabled && forced ? "enabled, forced" : enabled ? "enabled" : "forced";
    if (packed[7]) into["bound"] = *packed[7];
    if (packed[9]) into["of type"] = *packed[9];
  }

  /// Its own, and those of its toast table.
  std::string parameters(const Fields& f, const Row& packed) const {
    std::string out = storage_parameters(read_array(at(packed, 3)));
    const auto found = toast_options_.find(f.oid(7));
    if (found == toast_options_.end()) return out;
    return out + (out.empty() ? "" : ", ") + storage_parameters(read_array(found->second), "toast.");
  }

  void view(const Fields& f, const Path& path, const Row& packed, Attributes attributes) {
    const bool materialized = f.letter(3) == 'm';
    const std::string method = at(packed, 1), tablespace = at(packed, 2), options = parameters(f, packed);
    std::string body = f.text(6);
    while (!body.empty() && (body.back() == ';' || body.back() == '\n' || body.back() == ' ')) body.pop_back();
    std::string text = materialized ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ";
    text += qualified(path);
    if (!method.empty()) text += " USING " + quote(method);
    if (!options.empty()) text += " WITH (" + options + ")";
    if (!tablespace.empty()) text += " TABLESPACE " + quote(tablespace);
    const std::string kind = materialized ? "materialized view" : "view";
    if (body.empty()) picture_.report(kind, path, "the server does not give its text");
    picture_.add({catalog::relation, f.oid(0)}, {.kind = kind,
                                                 .schema = path.schema,
                                                 .name = path.name,
                                                 .text = Sql(text + " AS\n" + body),
                                                 .attributes = std::move(attributes)});
  }

  Picture& picture_;
  std::unordered_map<Oid, std::string> toast_options_;
};

struct ColumnType {
  Type type;
  Oid collation = 0;
  char storage = '\0';  ///< '\0' where the server did not name the type
};

/// Turns rows of pg_attribute into columns. Their types are known later.
class ColumnRows {
 public:
  ColumnRows(const Columns& columns, Picture& picture) : columns_(columns), picture_(picture) {}

  void read() {
    each([&](Relation* relation, std::size_t position, std::size_t n) {
      const Fields& f = columns_.in_order()[n];
      if (relation != nullptr) return column(*relation, position, f);
      if (!f.null(8)) picture_.index_columns[f.oid(0)].push_back(f);
    });
  }

  void types(const Answer& rows) {
    std::vector<ColumnType> types(columns_.types().size());
    for (const Fields f : rows) types[f.oid(0)] = {read_type(f.view(1)), f.oid(2), f.letter(3)};
    each([&](Relation* relation, std::size_t position, std::size_t n) {
      if (relation == nullptr) return;
      const ColumnType& of_type = types[columns_.type(n)];
      if (of_type.storage == '\0')
        throw Error(ErrorCode::internal, "a column is of a type that the server does not name");
      type(*relation, position, columns_.in_order()[n], of_type);
    });
  }

  void default_value(const Fields& f) {
    const auto found = picture_.relations.find(f.oid(0));
    const auto number = static_cast<std::size_t>(f.number(1));
    if (found == picture_.relations.end() || number >= found->second.columns.size()) return;
    const Relation& relation = found->second;
    const Name& name = relation.columns[number];
    std::string expression(picture_.expressions.text({catalog::default_value, f.oid(2)}));
    if (!relation.place.is_table) {
      picture_.schema.definitions[relation.place.index].attributes[part_key("column", name, "default")] =
          std::move(expression);
      return;
    }
    Column* column = column_of(relation, number);
    if (column == nullptr) return;
    picture_.places[{catalog::default_value, f.oid(2)}] = {true, relation.place.index, "column", name.text};
    if (column->generated)
      column->generated->expression = Sql(std::move(expression));
    else
      column->default_value = Sql(std::move(expression));
  }

  /// A NOT NULL of 18 that has a name, is not for children, or does not hold for every row.
  void not_null(const Fields& f) {
    const auto found = picture_.relations.find(f.oid(0));
    const auto number = static_cast<std::size_t>(f.number(1));
    if (f.flag(6) || found == picture_.relations.end() || number >= found->second.columns.size()) return;
    const Relation& relation = found->second;
    Column* column = relation.place.is_table ? column_of(relation, number) : nullptr;
    if (column == nullptr) return;
    if (f.flag(3)) column->attributes["not null constraint"] = f.text(2);
    if (f.flag(4)) column->attributes["not null no inherit"] = "";
    if (!f.flag(5)) column->attributes["not null not valid"] = "";
    if (!f.null(7))
      picture_.report("not null constraint", {relation.path.schema, f.text(2)}, "its comment is not carried");
  }

 private:
  /// Each row, with the relation it is of, where that is carried, and its place there.
  template <class Do> void each(Do&& what) {
    Oid last = 0;
    Relation* relation = nullptr;
    std::size_t position = 0;
    for (std::size_t n = 0; n < columns_.in_order().size(); ++n, ++position) {
      if (const Oid oid = columns_.in_order()[n].oid(0); oid != last) {
        const auto found = picture_.relations.find(last = oid);
        relation = found == picture_.relations.end() ? nullptr : &found->second;
        position = 0;
      }
      what(relation, position, n);
    }
  }

  /// By attnum.
  Column* column_of(const Relation& relation, std::size_t number) {
    Table& table = picture_.table(relation);
    const Name& name = relation.columns[number];
    // Where none before it was dropped.
    if (number > 0 && number <= table.columns.size() && table.columns[number - 1].name == name)
      return &table.columns[number - 1];
    return find_column(table, name);
  }

  void column(Relation& relation, std::size_t position, const Fields& f) {
    if (position == 0 && relation.place.is_table) picture_.table(relation).columns.reserve(columns_.count(f.oid(0)));
    const auto number = static_cast<std::size_t>(f.number(1));
    if (relation.columns.size() <= number) relation.columns.resize(number + 1);
    relation.columns[number] = f.text(2);
    const Row packed = f.list(8);
    if (const Oid collation = f.oid(6); collation != 0 && collation != database_collation) {
      if (relation.collations.size() <= number) relation.collations.resize(number + 1);
      relation.collations[number] = collation;
    }
    if (relation.place.is_table)
      table_column(relation, f, packed);
    else
      view_column(relation, f, packed);
  }

  void table_column(const Relation& relation, const Fields& f, const Row& packed) {
    Column& column = picture_.table(relation).columns.emplace_back();
    column.name = f.text(2);
    column.nullable = !f.flag(5);
    column.comment = comment(f);
    Attributes& into = column.attributes;
    if (packed.empty()) return;
    const std::string identity = at(packed, 0);
    if (!identity.empty()) column.identity = identity == "a" ? Identity::always : Identity::by_default;
    if (const std::string generated = at(packed, 1); !generated.empty())
      column.generated = Generated{.expression = Sql(), .stored = generated == "s"};
    settings(packed, into);
    if (packed[5]) into["foreign options"] = *packed[5];
    if (packed[6]) picture_.privileges(into, 'c', 0, *packed[6], "column " + column.name.text, relation.path);
    if (!holds(packed, 7))
      into["inherited"] = "";
    else if (holds(packed, 8))
      into["merged"] = "";
  }

  static void settings(const Row& packed, Attributes& into) {
    if (!at(packed, 2).empty()) into["compression"] = at(packed, 2) == "l" ? "lz4" : "pglz";
    if (packed[3] && *packed[3] != "-1") into["statistics"] = *packed[3];
    if (packed[4]) into["options"] = storage_parameters(read_array(*packed[4]));
  }

  void view_column(const Relation& relation, const Fields& f, const Row& packed) {
    Definition& view = picture_.schema.definitions[relation.place.index];
    view.parts.push_back({f.text(2), Sql()});
    Attributes own;
    if (const std::string text = comment(f); !text.empty()) own["comment"] = text;
    if (!packed.empty()) {
      settings(packed, own);
      if (packed[6]) picture_.privileges(own, 'c', 0, *packed[6], "column " + f.text(2), relation.path);
    }
    for (const auto& [key, value] : own) view.attributes[part_key("column", f.text(2), key)] = value;
  }

  void type(const Relation& relation, std::size_t position, const Fields& f, const ColumnType& of_type) {
    const bool stored_otherwise = f.letter(7) != of_type.storage;
    if (!relation.place.is_table) {
      Definition& view = picture_.schema.definitions[relation.place.index];
      view.parts[position].text = Sql(of_type.type.spelled);
      if (stored_otherwise) view.attributes[part_key("column", f.text(2), "storage")] = word_of_storage(f.letter(7));
      return;
    }
    Column& column = picture_.table(relation).columns[position];
    column.type = of_type.type;
    if (stored_otherwise) column.attributes["storage"] = word_of_storage(f.letter(7));
    if (const Oid collation = f.oid(6); collation != of_type.collation)
      if (const auto name = picture_.collations.find(collation); name != picture_.collations.end())
        column.collation = name->second;
  }

  std::string comment(const Fields& f) const {
    const auto all = picture_.column_comments.find({catalog::relation, f.oid(0)});
    if (all == picture_.column_comments.end()) return {};
    for (const auto& [number, text] : all->second)
      if (number == f.number(1)) return text;
    return {};
  }

  const Columns& columns_;
  Picture& picture_;
};

struct Limits {
  std::string_view type, lowest, highest;
};
constexpr Limits limits[] = {{"smallint", "-32768", "32767"},
                             {"integer", "-2147483648", "2147483647"},
                             {"bigint", "-9223372036854775808", "9223372036854775807"}};

/// One row of pg_sequence.
class Sequence {
 public:
  Sequence(const Fields& f, Picture& picture)
      : f_(f), picture_(picture), oid_(f.oid(0)), path_{*picture.schema_name(f.oid(1)), f.text(2)} {}

  /// What differs from what an identity column has by itself.
  void of_identity(Relation& relation, const Name& column_name) {
    Column* column = find_column(picture_.table(relation), column_name);
    if (column == nullptr) return;
    const auto* limit =
        std::find_if(std::begin(limits), std::end(limits), [&](const Limits& l) { return l.type == f_.text(6); });
    const bool down = f_.text(8).starts_with('-');
    const std::string lowest = down ? std::string(limit == std::end(limits) ? "" : limit->lowest) : "1",
                      highest = down ? "-1" : std::string(limit == std::end(limits) ? "" : limit->highest);
    std::vector<std::string> words;
    const auto differing = [&](std::size_t i, const std::string& usual, const char* word) {
      if (f_.text(i) != usual) words.push_back(std::string(word) + " " + f_.text(i));
    };
    differing(7, down ? f_.text(10) : f_.text(9), "START WITH");
    differing(8, "1", "INCREMENT BY");
    differing(9, lowest, "MINVALUE");
    differing(10, highest, "MAXVALUE");
    differing(11, "1", "CACHE");
    if (f_.flag(12)) words.emplace_back("CYCLE");
    std::string options;
    if (path_ != Path{relation.path.schema, usual_name(relation.path.name.text, column_name.text)})
      options = "SEQUENCE NAME " + quote(path_);
    for (const std::string& word : words) options += (options.empty() ? "" : " ") + word;
    if (!options.empty()) column->attributes["identity options"] = options;
    Attributes own;
    picture_.comment(own, {catalog::relation, oid_});
    picture_.privileges(own, 's', f_.oid(3), f_.text(4), "sequence " + path_.name.text, path_);
    own.erase("owner");  // always that of the table
    if (!own.empty())
      picture_.report("sequence", path_,
                      "comments and privileges on the sequence of an identity column are not carried");
  }

  void of_its_own() {
    Definition definition{.kind = "sequence", .schema = path_.schema, .name = path_.name};
    picture_.comment(definition.attributes, {catalog::relation, oid_});
    picture_.privileges(definition.attributes, 's', f_.oid(3), f_.text(4), "sequence " + path_.name.text, path_);
    const std::pair<const char*, std::size_t> options[] = {{"type", 6},     {"start", 7},     {"increment", 8},
                                                           {"minvalue", 9}, {"maxvalue", 10}, {"cache", 11}};
    for (const auto& [name, field] : options) definition.parts.push_back({name, Sql(f_.text(field))});
    definition.parts.push_back({"cycle", Sql(f_.flag(12) ? "CYCLE" : "NO CYCLE")});
    definition.text =
        Sql("CREATE " + std::string(f_.text(5) == "u" ? "UNLOGGED " : "") + "SEQUENCE " + quote(path_) + " AS " +
            f_.text(6) + " START WITH " + f_.text(7) + " INCREMENT BY " + f_.text(8) + " MINVALUE " + f_.text(9) +
            " MAXVALUE " + f_.text(10) + " CACHE " + f_.text(11) + (f_.flag(12) ? " CYCLE" : " NO CYCLE"));
    if (const auto relation = picture_.relations.find(f_.oid(13)); relation != picture_.relations.end()) {
      const auto number = static_cast<std::size_t>(f_.number(14));
      if (number < relation->second.columns.size())
        definition.attributes["owned by"] =
            quote(relation->second.path) + "." + quote(relation->second.columns[number].text);
    }
    picture_.add({catalog::relation, oid_}, std::move(definition));
  }

 private:
  static std::size_t clipped(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text.size();
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return bytes;
  }

  /// "table_column_seq", the longer of both shortened until it fits into 63 bytes: the server's makeObjectName().
  static std::string usual_name(const std::string& table, const std::string& column) {
    std::size_t first = table.size(), second = column.size();
    while (first + second > 63 - 5) (first > second ? first : second)--;
    return table.substr(0, clipped(table, first)) + "_" + column.substr(0, clipped(column, second)) + "_seq";
  }

  const Fields& f_;
  Picture& picture_;
  Oid oid_;
  Path path_;
};

}  // namespace

void read_relations(Answers& answers, Picture& picture) {
  const Answer& rows = answers.of(Query::relations);
  picture.schema.tables.reserve(rows.size());
  picture.relations.reserve(rows.size());
  Relations relations(picture);
  // In the order that tables have in a schema: they are heavy to move.
  std::vector<std::pair<std::pair<std::string_view, std::string_view>, Fields>> sorted;
  sorted.reserve(rows.size());
  for (const Fields f : rows) {
    if (f.letter(3) == 't') relations.toast(f);
    if (const Name* schema = picture.schema_name(f.oid(1))) sorted.push_back({{schema->text, f.view(2)}, f});
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [name, f] : sorted) relations.relation(f);
  for (const Fields f : answers.of(Query::inheritance)) relations.parent(f);
}

void read_columns(Answers& answers, const Columns& columns, Picture& picture) {
  ColumnRows rows(columns, picture);
  rows.read();
  for (const Fields f : answers.of(Query::not_nulls)) rows.not_null(f);
}

void finish_columns(Answers& answers, const Columns& columns, Picture& picture) {
  ColumnRows rows(columns, picture);
  rows.types(answers.of(Query::types));
  for (const Fields f : answers.of(Query::defaults)) rows.default_value(f);
  for (const Fields f : answers.of(Query::foreign_tables)) Relations(picture).foreign(f);
}

void read_sequences(Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::sequences)) {
    if (picture.schema_name(f.oid(1)) == nullptr || picture.of_extension(catalog::relation, f.oid(0))) continue;
    Sequence sequence(f, picture);
    if (f.letter(15) != 'i') {
      sequence.of_its_own();
      continue;
    }
    const auto relation = picture.relations.find(f.oid(13));
    const auto number = static_cast<std::size_t>(f.number(14));
    if (relation != picture.relations.end() && relation->second.place.is_table &&
        number < relation->second.columns.size())
      sequence.of_identity(relation->second, relation->second.columns[number]);
  }
}

}  // namespace dataflow::postgresql::inspection
