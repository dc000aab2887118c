// Constraints and indexes.
#include <algorithm>

#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

struct OperatorClass {
  std::string name;  ///< as SQL
  Oid type = 0;
  bool is_default = false;
};

constexpr Oid type_bpchar = 1042;

/// What most constraints have alike: the packed column of Query::constraints.
class Unusual {
 public:
  enum Field : std::uint8_t {
    on_delete,
    on_update,
    match,
    deferrable,
    deferred,
    not_valid,
    inherited,
    no_inherit,
    parent,
    set_columns,
    not_enforced,
    period
  };
  explicit Unusual(const Fields& constraint) : packed_(constraint.list(9)) {}
  std::string_view text(Field field) const {
    return packed_.empty() || !packed_[field] ? std::string_view() : std::string_view(*packed_[field]);
  }
  bool is(Field field) const { return text(field) == "true"; }

 private:
  Row packed_;
};

Action action(std::string_view letter) {
  switch (letter.empty() ? 'a' : letter[0]) {
    case 'r': return Action::restrict;
    case 'c': return Action::cascade;
    case 'n': return Action::set_null;
    case 'd': return Action::set_default;
    default: return Action::no_action;
  }
}

class Keys {
 public:
  Keys(Answers& answers, Picture& picture) : answers_(answers), picture_(picture) {
    for (const Fields f : answers_.of(Query::inheritance)) parents_[f.oid(0)] = f.oid(1);
  }

  void constraints() {
    picture_.indexes.reserve(answers_.of(Query::indexes).size());
    for (const Fields f : answers_.of(Query::indexes)) picture_.indexes.emplace(f.oid(0), f);
    for (const Fields f : answers_.of(Query::constraints))
      if (f.letter(2) == 'f') referenced_[f.oid(0)] = f.oid(6);
    for (const Fields f : answers_.of(Query::constraints)) constraint(f);
  }

  void indexes() {
    for (const Fields f : answers_.of(Query::operator_classes)) operator_class(f);
    for (const Fields f : answers_.of(Query::constraints))
      if (f.letter(2) == 'c') check(f);
    for (const Fields f : answers_.of(Query::indexes)) index(f);
    for (Table& table : picture_.schema.tables) sort_by_name(table);
  }

 private:
  void operator_class(const Fields& f) {
    classes_[f.oid(0)] = {(f.null(2) ? "" : f.text(2) + ".") + quote(f.view(1)), f.oid(3), f.flag(4)};
  }

  static void sort_by_name(Table& table) {
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(table.uniques.begin(), table.uniques.end(), by_name);
    std::sort(table.foreign_keys.begin(), table.foreign_keys.end(), by_name);
    std::sort(table.checks.begin(), table.checks.end(), by_name);
    std::sort(table.indexes.begin(), table.indexes.end(), by_name);
  }

  static Name column_name(const Relation& relation, std::int64_t number) {
    const auto n = static_cast<std::size_t>(number);
    return number > 0 && n < relation.columns.size() ? relation.columns[n] : Name();
  }

  static std::vector<Name> column_names(const Relation& relation, const std::vector<std::int64_t>& numbers) {
    std::vector<Name> out;
    out.reserve(numbers.size());
    for (const std::int64_t number : numbers) out.push_back(column_name(relation, number));
    return out;
  }

  /// Nothing where it is not carried.
  Relation* table_of(const Fields& constraint) {
    const auto found = picture_.relations.find(constraint.oid(3));
    return found == picture_.relations.end() || !found->second.place.is_table ? nullptr : &found->second;
  }

  /// All but checks.
  void constraint(const Fields& f) {
    Relation* const found = table_of(f);
    if (found == nullptr) return;
    Relation& relation = *found;
    const char kind = f.letter(2);
    switch (kind) {
      case 'p': return primary_key(relation, f);
      case 'u': return unique(relation, f);
      case 'f': return foreign_key(relation, f);
      case 'x': return exclusion(relation, f);
      default: return;
    }
  }

  void place(Relation& relation, const Fields& f, std::string_view word) {
    const bool named = word != "primary key";
    picture_.places[{catalog::constraint, f.oid(0)}] = {true, relation.place.index, word,
                                                        named ? f.view(1) : std::string_view()};
  }

  Attributes common(const Fields& f, const Unusual& unusual) const {
    Attributes out;
    picture_.comment(out, {catalog::constraint, f.oid(0)});
    if (unusual.is(Unusual::not_valid)) out["not valid"] = "";
    if (unusual.is(Unusual::inherited)) out["inherited"] = "";
    if (unusual.is(Unusual::not_enforced)) out["not enforced"] = "";
    return out;
  }

  /// What a key has from its index.
  Attributes of_key(Relation& relation, const Fields& f) {
    const Unusual unusual(f);
    Attributes out = common(f, unusual);
    if (unusual.is(Unusual::deferrable)) out["deferrable"] = "";
    if (unusual.is(Unusual::deferred)) out["initially deferred"] = "";
    if (unusual.is(Unusual::period)) out["without overlaps"] = "";
    const auto row = picture_.indexes.find(f.oid(4));
    if (row == picture_.indexes.end()) return out;
    const Fields& index = row->second;
    picture_.constraint_indexes.insert(f.oid(4));
    const std::vector<std::int64_t> columns = index.numbers(4);
    std::vector<Name> include;
    for (std::size_t i = index.oid(8); i < columns.size(); ++i) include.push_back(column_name(relation, columns[i]));
    if (!include.empty()) out["include"] = joined(include, [](const Name& name) { return quote(name.text); });
    physical(out, relation, index);
    if (unfinished(index)) out["only"] = "";
    // To which key it belongs is known where that is the parent's only one.
    if (const Fields* above = index_above(f.oid(4));
        above != nullptr && (!unusual.is(Unusual::inherited) || unfinished(*above)))
      if (const Name* schema = picture_.schema_name(above->oid(2)))
        out["attached to"] = quote(Path{*schema, above->text(3)});
    Attributes own;
    picture_.comment(own, {catalog::relation, f.oid(4)});
    if (!own.empty())
      picture_.report("index", {relation.path.schema, index.text(3)},
                      "the comment on the index of a constraint is not carried");
    return out;
  }

  /// An index of a partitioned table while some of its partitions are without.
  static bool unfinished(const Fields& index) {
    const Row packed = index.list(12);
    return !packed.empty() && packed[0] == "I" && packed[4] != "true";
  }

  const Fields* index_above(Oid index) const {
    const auto parent = parents_.find(index);
    if (parent == parents_.end()) return nullptr;
    const auto row = picture_.indexes.find(parent->second);
    return row == picture_.indexes.end() ? nullptr : &row->second;
  }

  /// Attributes that indexes and keys share.
  void physical(Attributes& out, Relation& relation, const Fields& index) {
    const Row packed = index.list(12);
    if (packed.empty()) return;
    if (packed[2]) out["tablespace"] = quote(*packed[2]);
    if (packed[3]) out["with"] = storage_parameters(read_array(*packed[3]));
    if (packed[5] == "true") out["clustered"] = "";
    if (packed[6] == "true" && relation.place.is_table)
      picture_.table(relation).options.attributes["replica identity"] = "index " + quote(index.text(3));
    if (packed[7] == "true") out["nulls not distinct"] = "";
  }

  std::vector<KeyPart> key_parts(const Relation& relation, const std::vector<std::int64_t>& numbers) const {
    std::vector<KeyPart> out;
    out.reserve(numbers.size());
    for (const std::int64_t number : numbers) out.push_back({.column = column_name(relation, number)});
    return out;
  }

  void primary_key(Relation& relation, const Fields& f) {
    place(relation, f, "primary key");
    Attributes attributes = of_key(relation, f);
    picture_.table(relation).primary_key =
        PrimaryKey{.name = f.text(1), .parts = key_parts(relation, f.numbers(5)), .attributes = std::move(attributes)};
  }

  void unique(Relation& relation, const Fields& f) {
    place(relation, f, "unique");
    Attributes attributes = of_key(relation, f);
    picture_.table(relation).uniques.push_back(
        {.name = f.text(1), .parts = key_parts(relation, f.numbers(5)), .attributes = std::move(attributes)});
  }

  void foreign_key(Relation& relation, const Fields& f) {
    // A key to a partitioned table has a hidden one to each partition.
    const Unusual unusual(f);
    for (const std::int64_t oid : read_numbers(unusual.text(Unusual::parent)))
      if (const auto parent = referenced_.find(static_cast<Oid>(oid));
          parent != referenced_.end() && parent->second != f.oid(6))
        return;
    const auto target = picture_.relations.find(f.oid(6));
    if (target == picture_.relations.end()) {
      picture_.report("foreign key", {relation.path.schema, f.text(1)}, "the table it points to is not carried");
      return;
    }
    place(relation, f, "foreign key");
    ForeignKey key{.name = f.text(1),
                   .columns = column_names(relation, f.numbers(5)),
                   .references = target->second.path,
                   .referenced = column_names(target->second, f.numbers(7)),
                   .on_delete = action(unusual.text(Unusual::on_delete)),
                   .on_update = action(unusual.text(Unusual::on_update)),
                   .deferrable = unusual.is(Unusual::deferrable),
                   .initially_deferred = unusual.is(Unusual::deferred),
                   .attributes = common(f, unusual)};
    if (unusual.text(Unusual::match) == "f") key.attributes["match full"] = "";
    if (unusual.is(Unusual::period)) key.attributes["period"] = "";
    if (const std::string_view set = unusual.text(Unusual::set_columns); !set.empty())
      key.attributes["set columns"] =
          joined(column_names(relation, read_numbers(set)), [](const Name& name) { return quote(name.text); });
    picture_.table(relation).foreign_keys.push_back(std::move(key));
  }

  void check(const Fields& f) {
    Relation* const found = table_of(f);
    if (found == nullptr) return;
    Relation& relation = *found;
    place(relation, f, "check");
    const Unusual unusual(f);
    Check check{.name = f.text(1),
                .expression = Sql(std::string(picture_.expressions.text({catalog::constraint, f.oid(0)}))),
                .attributes = common(f, unusual)};
    if (unusual.is(Unusual::no_inherit)) check.attributes["no inherit"] = "";
    picture_.table(relation).checks.push_back(std::move(check));
  }

  void exclusion(Relation& relation, const Fields& f) {
    picture_.constraint_indexes.insert(f.oid(4));
    const Unusual unusual(f);
    if (unusual.is(Unusual::inherited)) return;  // comes with the parent's
    Attributes attributes = common(f, unusual);
    picture_.add({catalog::constraint, f.oid(0)}, {.kind = "exclusion constraint",
                                                   .schema = relation.path.schema,
                                                   .name = f.text(1),
                                                   .on = relation.path.name,
                                                   .text = Sql("ALTER TABLE " + quote(relation.path) +
                                                               " ADD CONSTRAINT " + quote(f.text(1)) + " " + f.text(8)),
                                                   .attributes = std::move(attributes),
                                                   .depends_on = {{.kind = "table", .path = relation.path}}});
    picture_.places[{catalog::relation, f.oid(4)}] = picture_.places[{catalog::constraint, f.oid(0)}];
  }

  void index(const Fields& f) {
    const auto found = picture_.relations.find(f.oid(1));
    if (found == picture_.relations.end()) return;
    Relation& relation = found->second;
    if (picture_.constraint_indexes.contains(f.oid(0))) {
      if (f.flag(9)) key_index_place(relation, f);
      return;
    }
    if (picture_.of_extension(catalog::relation, f.oid(0))) return;
    Index index{.name = f.text(3), .unique = f.flag(9), .where = Sql(f.text(11))};
    const Row packed = f.list(12);
    parts(index, relation, f);
    physical(index.attributes, relation, f);
    picture_.comment(index.attributes, {catalog::relation, f.oid(0)});
    if (!packed.empty() && packed[1]) index.attributes["method"] = quote(*packed[1]);
    if (!packed.empty() && packed[4] != "true") index.attributes[packed[0] == "I" ? "only" : "invalid"] = "";
    if (const auto parent = parents_.find(f.oid(0)); parent != parents_.end())
      if (const auto row = picture_.indexes.find(parent->second); row != picture_.indexes.end())
        if (const Name* schema = picture_.schema_name(row->second.oid(2)))
          index.attributes["attached to"] = quote(Path{*schema, row->second.text(3)});
    if (relation.place.is_table) {
      picture_.places[{catalog::relation, f.oid(0)}] = {true, relation.place.index, "index", f.view(3)};
      picture_.table(relation).indexes.push_back(std::move(index));
    } else {
      of_view(relation, f.oid(0), std::move(index));
    }
  }

  /// What a key's index needs is what the key needs.
  void key_index_place(const Relation& relation, const Fields& f) {
    const Table& table = picture_.table(relation);
    if (table.primary_key && table.primary_key->name.text == f.view(3))
      picture_.places[{catalog::relation, f.oid(0)}] = {true, relation.place.index, "primary key"};
    else
      picture_.places[{catalog::relation, f.oid(0)}] = {true, relation.place.index, "unique", f.view(3)};
  }

  void of_view(const Relation& relation, Oid oid, Index index) {
    const Definition& view = picture_.schema.definitions[relation.place.index];
    Dependency on{.kind = view.kind, .path = relation.path};
    Attributes attributes;
    for (const char* kept : {"comment", "clustered", "statistics", "invalid"})
      if (const auto at = index.attributes.find(kept); at != index.attributes.end()) attributes.insert(*at);
    picture_.add({catalog::relation, oid}, {.kind = "index",
                                            .schema = relation.path.schema,
                                            .name = index.name,
                                            .on = relation.path.name,
                                            .text = Sql(create_index(index, relation.path)),
                                            .attributes = std::move(attributes),
                                            .depends_on = {std::move(on)}});
  }

  void parts(Index& index, const Relation& relation, const Fields& f) {
    const std::vector<std::int64_t> columns = f.numbers(4), classes = f.numbers(5), collations = f.numbers(6),
                                    directions = f.numbers(7);
    const Row expressions = f.list(10);
    const std::size_t keys = f.oid(8);
    std::size_t expression = 0;
    std::vector<Name> include;
    index.parts.reserve(keys);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i >= keys) {
        include.push_back(column_name(relation, columns[i]));
        continue;
      }
      KeyPart part{.column = column_name(relation, columns[i])};
      if (columns[i] == 0 && expression < expressions.size())
        part.expression = Sql(expressions[expression++].value_or(""));
      const std::int64_t direction = i < directions.size() ? directions[i] : 0;
      part.descending = (direction & 1) != 0;
      if (const bool first = (direction & 2) != 0; first != part.descending)
        part.attributes["nulls"] = first ? "first" : "last";
      if (i < collations.size()) collate(part, relation, columns[i], static_cast<Oid>(collations[i]));
      if (i < classes.size()) classify(part, relation, static_cast<Oid>(classes[i]));
      index.parts.push_back(std::move(part));
    }
    if (!include.empty())
      index.attributes["include"] = joined(include, [](const Name& name) { return quote(name.text); });
    what_was_set(index, f.oid(0));
  }

  void collate(KeyPart& part, const Relation& relation, std::int64_t column, Oid collation) const {
    if (collation == 0) return;
    const auto n = static_cast<std::size_t>(column);
    const Oid own =
        n < relation.collations.size() && relation.collations[n] != 0 ? relation.collations[n] : database_collation;
    if (collation == own) return;
    if (const auto name = picture_.collations.find(collation); name != picture_.collations.end())
      part.collation = name->second;
  }

  /// The server's GetDefaultOpClass: a class is the default of types that are stored alike, unless the type has its
  /// own.
  void classify(KeyPart& part, const Relation& relation, Oid oid) {
    const auto found = classes_.find(oid);
    if (found == classes_.end()) return;
    const OperatorClass& operators = found->second;
    bool is_default = operators.is_default;
    if (is_default && operators.type == type_bpchar && relation.place.is_table)
      if (const Column* column = find_column(picture_.table(relation), part.column))
        is_default = !column->type.spelled.starts_with("character varying");
    if (!is_default) part.attributes["operator class"] = operators.name;
  }

  void what_was_set(Index& index, Oid oid) {
    const auto found = picture_.index_columns.find(oid);
    if (found == picture_.index_columns.end()) return;
    for (const Fields& f : found->second) {
      const Row packed = f.list(8);
      const auto number = static_cast<std::size_t>(f.number(1));
      if (packed[3] && *packed[3] != "-1") {
        std::string& all = index.attributes["statistics"];
        all += (all.empty() ? "" : ", ") + std::to_string(number) + "=" + *packed[3];
      }
      if (!packed[4] || number == 0 || number > index.parts.size()) continue;
      std::string& name = index.parts[number - 1].attributes["operator class"];
      if (name.empty()) name = class_name(oid, number - 1);
      name += " (" +
              joined(read_array(*packed[4]),
                     [](const Cell& option) {
                       const std::string text = option.value_or("");
                       const std::size_t equals = std::min(text.find('='), text.size() - 1);
                       return quote(text.substr(0, equals)) + "=" + text_literal(text.substr(equals + 1));
                     }) +
              ")";
    }
  }

  std::string class_name(Oid index, std::size_t i) const {
    const std::vector<std::int64_t> classes = picture_.indexes.at(index).numbers(5);
    const auto found = classes_.find(static_cast<Oid>(classes.at(i)));
    return found == classes_.end() ? std::string() : found->second.name;
  }

  Answers& answers_;
  Picture& picture_;
  std::unordered_map<Oid, OperatorClass> classes_;
  std::unordered_map<Oid, Oid> parents_, referenced_;
};

}  // namespace

void read_constraints(Answers& answers, Picture& picture) { Keys(answers, picture).constraints(); }
void read_indexes(Answers& answers, Picture& picture) { Keys(answers, picture).indexes(); }

}  // namespace dataflow::postgresql::inspection
