// Structs for an existing schema. What a model says by itself stays unsaid; everything else becomes an option.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "codegen/codegen.hpp"
#include "codegen/cpp_type.hpp"
#include "codegen/names.hpp"
#include "core/number.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/reflect/column_type.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/dialect.hpp"
#include "reflect/naming.hpp"

namespace dataflow::codegen {

namespace {

constexpr std::size_t most_plain = 60;      ///< more members than that are described: it compiles faster
constexpr std::size_t most_described = 50;  ///< names in one BOOST_DESCRIBE list
constexpr std::size_t longest_line = 110;
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::string shown(const Path& path) {
  return path.schema.empty() ? path.name.text : path.schema.text + "." + path.name.text;
}

/// On one line of a comment.
std::string commented(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; }, ' ');
  return text;
}

struct Field {
  const Column* column;
  std::string name;
  CppType type;
  std::size_t part = 0;  ///< of a wide table: which of its bases has it
  bool in_key = false;   ///< of the primary key, of a foreign key, or an identity
  bool in_primary_key = false;
};

struct Struct {
  const Table* table;
  std::string name = {};
  std::vector<Field> fields = {};
  std::vector<std::string> bases = {};
  bool wide() const { return fields.size() > most_plain; }
};

struct Enum {
  std::string name;
  std::vector<std::string> labels;
};

/// A foreign key with the structs on both sides.
struct Reference {
  const ForeignKey* key;
  std::size_t target;
  std::vector<std::size_t> from, to;  ///< fields
};

class Header {
 public:
  explicit Header(const Schema& schema) : schema_(schema), dialect_(dialect_named(schema.dialect)) {
    choose_tables();
    name_structs();
    choose_enums();
    make_fields();
    find_references();
    agree_on_types();
    sort();
  }

  std::string write();
  /// The tables and definitions that are left out.
  const std::vector<Unmanaged>& left_out() const { return gone_; }

 private:
  // --- what there is to write ---
  void choose_tables();
  void choose_definitions();
  void leave_out(const Table& table, const std::string& why);
  bool can_refer(const ForeignKey& key) const;
  void name_structs();
  void choose_enums();
  void make_fields();
  void find_references();
  void agree_on_types();
  void sort();

  const Enum* enum_of(const Table& table, const Column& column) const;
  bool same_name(const Name& a, const Name& b) const {
    return a == b || (dialect_.sameness.names != nullptr && dialect_.sameness.names(a.text, b.text));
  }
  std::size_t field_of(const Struct& s, const Name& column) const;
  std::size_t struct_of(const Path& path) const;
  bool goes_without_saying(const Definition& definition) const;

  // --- writing it ---
  void line(const std::string& text) { out_ += text + '\n'; }
  void write_struct(std::size_t i);
  void write_member(const Field& field);
  void write_options(std::size_t i);
  void write_column(const Struct& s, const Field& field);
  void write_default(const Struct& s, const Field& field);
  void write_type(const Struct& s, const Field& field);
  void write_key(const Struct& s);
  void write_unique(const Struct& s, const Unique& unique);
  void write_index(const Struct& s, const Index& index);
  void write_reference(std::size_t from, const Reference& reference);
  void write_late_references();
  void write_attributes(const Attributes& attributes);
  void write_parts(const std::vector<KeyPart>& parts);
  void write_declare();
  void write_comment();

  std::string pointer(const Struct& s, const Name& column) const;
  static std::string pointer(const Struct& s, const Field& field) { return "&" + s.name + "::" + field.name; }
  std::string parts(const Struct& s, const std::vector<KeyPart>& parts) const;
  void option(const std::string& text) { options_ += "\n        ." + text; }
  /// On the line of its option as long as that is not too long.
  void modifier(const std::string& text) {
    const std::size_t start = options_.rfind('\n');
    if (options_.size() - start + text.size() > longest_line) options_ += "\n            ";
    options_ += "." + text;
  }

  const Schema& schema_;
  const Dialect& dialect_;
  std::vector<Struct> structs_;
  std::vector<const Definition*> definitions_;
  std::vector<std::pair<std::string, std::string>> left_out_;  ///< what, why
  std::vector<Unmanaged> gone_;
  std::set<Path> without_;      ///< tables that are left out
  std::map<Path, Enum> enums_;  ///< by the type's path, or the table's with the column
  std::set<Path> defined_by_enum_;
  std::vector<std::vector<Reference>> references_;  ///< by struct
  std::vector<std::size_t> order_;
  std::set<std::string> shared_indexes_;
  Names names_;
  std::string out_, options_;
};

/// The columns that a foreign key points to, named or not.
std::vector<Name> referenced_by(const ForeignKey& key, const Table& target) {
  std::vector<Name> out = key.referenced;
  if (out.empty() && target.primary_key)
    for (const KeyPart& part : target.primary_key->parts) out.push_back(part.column);
  return out;
}

void Header::choose_tables() {
  for (const Table& table : schema_.tables) {
    std::string why;
    if (table.columns.empty()) why = "it has no columns";
    // Where two names that differ by their case may be the same, models do not know them apart.
    if (struct_of(table.path()) != nowhere) why = "another table differs from it by its case only";
    if (why.empty())
      structs_.push_back({.table = &table});
    else
      leave_out(table, why);
  }
  // A model points to models only; without all of its keys it would not be the table that is there.
  for (bool changed = true; changed;) {
    std::set<const Table*> lost;
    for (const Struct& s : structs_)
      for (const ForeignKey& key : s.table->foreign_keys)
        if (!can_refer(key) && lost.insert(s.table).second)
          leave_out(*s.table, "what its foreign key on " + key.columns.at(0).text + " refers to is not there");
    changed = std::erase_if(structs_, [&](const Struct& s) { return lost.contains(s.table); }) > 0;
  }
  choose_definitions();

  std::map<std::string, int> indexes;
  for (const Struct& s : structs_)
    for (const Index& index : s.table->indexes) ++indexes[lower(index.name.text)];
  for (const auto& [name, times] : indexes)
    if (times > 1) shared_indexes_.insert(name);
}

void Header::leave_out(const Table& table, const std::string& why) {
  left_out_.emplace_back("table " + shown(table.path()), why);
  gone_.push_back({"table", table.path(), {}});
  without_.insert(table.path());
}

bool Header::can_refer(const ForeignKey& key) const {
  const std::size_t target = struct_of(key.references);
  if (target == nowhere) return false;
  const Table& table = *structs_[target].table;
  const std::vector<Name> referenced = referenced_by(key, table);
  return referenced.size() == key.columns.size() &&
         std::all_of(referenced.begin(), referenced.end(), [&](const Name& name) {
           return std::any_of(table.columns.begin(), table.columns.end(),
                              [&](const Column& column) { return same_name(column.name, name); });
         });
}

/// What stands on a table that is left out cannot be declared either.
void Header::choose_definitions() {
  std::set<const Definition*> gone;
  const auto is_gone = [&](const Definition& d) {
    if (!d.on.empty() && without_.contains({d.schema, d.on})) return true;
    return std::any_of(d.depends_on.begin(), d.depends_on.end(), [&](const Dependency& need) {
      return (need.kind == "table" && without_.contains(need.path)) ||
             std::any_of(gone.begin(), gone.end(), [&](const Definition* other) {
               return other->kind == need.kind && Path{other->schema, other->name} == need.path && other->on == need.on;
             });
    });
  };
  for (std::size_t before = nowhere; before != gone.size();) {
    before = gone.size();
    for (const Definition& d : schema_.definitions)
      if (!gone.contains(&d) && is_gone(d)) gone.insert(&d);
  }
  for (const Definition& d : schema_.definitions) {
    if (!gone.contains(&d)) {
      definitions_.push_back(&d);
      continue;
    }
    left_out_.emplace_back(d.kind + " " + shown({d.schema, d.name}), "it stands on a table that is left out");
    gone_.push_back({d.kind, {d.schema, d.name}, d.on});
  }
}

/// A name that two schemas have is told apart by its schema.
void Header::name_structs() {
  std::map<std::string, int> times;
  for (const Struct& s : structs_) ++times[type_name(s.table->name.text)];
  for (Struct& s : structs_) {
    std::string name = type_name(s.table->name.text);
    if (times[name] > 1 && !s.table->schema.empty() && s.table->schema.text != "public")
      name = type_name(s.table->schema.text + "_" + s.table->name.text);
    s.name = names_.take(name);
  }
}

bool describable(const std::vector<std::string>& labels) {
  return !labels.empty() && labels.size() <= most_described &&
         std::all_of(labels.begin(), labels.end(), [](const std::string& label) { return is_cpp_name(label); });
}

void Header::choose_enums() {
  std::set<Path> used;
  for (const Struct& s : structs_)
    for (const Column& column : s.table->columns) {
      if (column.type.kind == Kind::enumeration && !column.type.labels.empty() && describable(column.type.labels))
        enums_[{s.table->name, column.name}] = {names_.take(type_name(s.table->name.text + "_" + column.name.text)),
                                                column.type.labels};
      std::string scalar = column.type.spelled;
      while (scalar.ends_with("[]")) scalar.resize(scalar.size() - 2);
      for (const Definition& d : schema_.definitions)
        if (d.kind == "enum" && d.schema == s.table->schema &&
            scalar == dialect_.quote(d.schema.text) + "." + dialect_.quote(d.name.text))
          used.insert({d.schema, d.name});
    }
  std::vector<const Definition*> candidates;
  for (const Definition& d : schema_.definitions) candidates.push_back(&d);
  // Of two that are called the same, that of the schema where most tables are.
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const Definition* d) { return d->schema.text == "public"; });
  for (const Definition* candidate : candidates) {
    const Definition& d = *candidate;
    const Path path{d.schema, d.name};
    std::vector<std::string> labels;
    for (const Part& part : d.parts) labels.push_back(part.name.text);
    const std::string name = type_name(d.name.text);
    if (d.kind != "enum" || !used.contains(path) || !describable(labels) || reflect::snake_case(name) != d.name.text)
      continue;
    // The type is called like the C++ enum: a name that is taken would make it another.
    if (Names copy = names_; copy.take(name) != name) continue;
    enums_[path] = {names_.take(name), labels};
    if (d.attributes.empty()) defined_by_enum_.insert(path);
  }
}

const Enum* Header::enum_of(const Table& table, const Column& column) const {
  if (const auto at = enums_.find({table.name, column.name});
      at != enums_.end() && column.type.kind == Kind::enumeration)
    return &at->second;
  std::string scalar = column.type.spelled;
  while (scalar.ends_with("[]")) scalar.resize(scalar.size() - 2);
  for (const auto& [path, of] : enums_)
    if (path.schema == table.schema &&
        scalar == dialect_.quote(path.schema.text) + "." + dialect_.quote(path.name.text))
      return &of;
  return nullptr;
}

void Header::make_fields() {
  for (Struct& s : structs_) {
    Names members;
    members.take(s.name);
    for (const Column& column : s.table->columns) {
      Field field{
          .column = &column, .name = members.take(member_name(column.name.text)), .type = cpp_type(column.type)};
      if (column.identity != Identity::none && field.type.spelled.find("int") == std::string::npos)
        field.type = {"std::int64_t", {.kind = Kind::int64}};
      if (const Enum* of = enum_of(*s.table, column))
        field.type = array_of(
            {of->name, {.kind = Kind::enumeration, .name = Name(reflect::snake_case(of->name)), .labels = of->labels}},
            column.type.dimensions);
      field.in_key = column.identity != Identity::none;
      s.fields.push_back(std::move(field));
    }
    if (s.table->primary_key)
      for (const KeyPart& part : s.table->primary_key->parts)
        if (const std::size_t i = field_of(s, part.column); i != nowhere)
          s.fields[i].in_key = s.fields[i].in_primary_key = true;
    if (!s.wide()) continue;
    for (std::size_t i = 0; i < s.fields.size(); i += most_described)
      s.bases.push_back(names_.take(s.name + "Part" + std::to_string(i / most_described + 1)));
    for (std::size_t i = 0; i < s.fields.size(); ++i) s.fields[i].part = i / most_described;
  }
}

std::size_t Header::field_of(const Struct& s, const Name& column) const {
  for (std::size_t i = 0; i < s.fields.size(); ++i)
    if (same_name(s.fields[i].column->name, column)) return i;
  return nowhere;
}

std::size_t Header::struct_of(const Path& path) const {
  for (std::size_t i = 0; i < structs_.size(); ++i)
    if (same_name(structs_[i].table->name, path.name) && structs_[i].table->schema == path.schema) return i;
  return nowhere;
}

void Header::find_references() {
  references_.resize(structs_.size());
  for (std::size_t i = 0; i < structs_.size(); ++i)
    for (const ForeignKey& key : structs_[i].table->foreign_keys) {
      Reference reference{.key = &key, .target = struct_of(key.references), .from = {}, .to = {}};
      const Struct& target = structs_[reference.target];
      for (const Name& column : key.columns) reference.from.push_back(field_of(structs_[i], column));
      for (const Name& column : referenced_by(key, *target.table)) reference.to.push_back(field_of(target, column));
      for (const std::size_t field : reference.from) structs_[i].fields[field].in_key = true;
      references_[i].push_back(std::move(reference));
    }
}

/// The members on both sides of a foreign key hold the same type: that of the side that is referred to.
void Header::agree_on_types() {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < structs_.size(); ++i)
      for (const Reference& reference : references_[i])
        for (std::size_t n = 0; n < reference.from.size(); ++n) {
          CppType& from = structs_[i].fields[reference.from[n]].type;
          CppType& to = structs_[reference.target].fields[reference.to[n]].type;
          if (from.spelled == to.spelled) continue;
          // Ordered by their spelling, so that a ring of keys comes to an end: the longer one, int64_t before int32_t.
          const auto rank = [](const CppType& type) { return std::pair(type.spelled.size(), type.spelled); };
          if (rank(from) < rank(to))
            from = to;
          else
            to = from;
          changed = true;
        }
  }
}

/// Tables after those they refer to; those of a ring as they come.
void Header::sort() {
  std::vector<int> state(structs_.size(), 0);
  const auto visit = [&](const auto& self, std::size_t i) -> void {
    if (state[i] != 0) return;
    state[i] = 1;
    for (const Reference& reference : references_[i]) self(self, reference.target);
    order_.push_back(i);
  };
  for (std::size_t i = 0; i < structs_.size(); ++i) visit(visit, i);
}

bool Header::goes_without_saying(const Definition& definition) const {
  if (definition.kind == "enum" && defined_by_enum_.contains({definition.schema, definition.name})) return true;
  if (definition.kind != "schema" || !definition.attributes.empty()) return false;
  // The schema of a table or definition is created with it.
  const auto inside = [&](const auto& object) { return object.schema == definition.name; };
  return definition.name.text == "public" ||
         std::any_of(structs_.begin(), structs_.end(), [&](const Struct& s) { return inside(*s.table); }) ||
         std::any_of(schema_.definitions.begin(), schema_.definitions.end(), inside);
}

// --- writing ---

std::string Header::pointer(const Struct& s, const Name& column) const {
  return pointer(s, s.fields.at(field_of(s, column)));
}

std::string Header::parts(const Struct& s, const std::vector<KeyPart>& parts) const {
  std::vector<std::string> out;
  for (const KeyPart& part : parts) {
    if (part.column.empty())
      out.push_back("df::expr(" + string_literal(part.expression.text) + ")");
    else if (part.descending)
      out.push_back("df::desc(" + pointer(s, part.column) + ")");
    else
      out.push_back(pointer(s, part.column));
  }
  return join(out, ", ");
}

void Header::write_attributes(const Attributes& attributes) {
  for (const auto& [key, value] : attributes)
    modifier("with(" + string_literal(key) + (value.empty() ? "" : ", " + string_literal(value)) + ")");
}

void Header::write_parts(const std::vector<KeyPart>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Attributes all = parts[i].attributes;
    if (!parts[i].collation.empty()) all["collation"] = parts[i].collation.text;
    if (parts[i].column.empty() && parts[i].descending) all["descending"] = "";
    for (const auto& [key, value] : all)
      modifier("with_part(" + std::to_string(i + 1) + ", " + string_literal(key) +
               (value.empty() ? "" : ", " + string_literal(value)) + ")");
  }
}

std::string literal_text(const Dialect& dialect, const Literal& literal) {
  struct Write {
    const Dialect& dialect;
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(std::uint64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(const std::string& value) const { return dialect.literal(value); }
  };
  return std::visit(Write{dialect}, literal.value);
}

/// A member of a model that a rule gives a default to: a timestamp that is called so.
bool filled_by_rule(const Field& field) {
  return field.type.logical.kind == Kind::timestamp && field.type.logical.dimensions == 0 && !field.in_key &&
         (field.name == "created_at" || field.name == "updated_at");
}

void Header::write_default(const Struct& s, const Field& field) {
  const Column& column = *field.column;
  if (column.generated || column.identity != Identity::none) return;
  if (!column.default_value) {
    if (filled_by_rule(field)) option("no_default(" + pointer(s, field) + ")");
    return;
  }
  if (!field.in_key)
    if (const auto start = initialiser(*column.default_value, field.type, schema_.dialect)) {
      if (start->zero && !column.nullable) option("default_from_initializer(" + pointer(s, field) + ")");
      return;
    }
  const auto* sql = std::get_if<Sql>(&*column.default_value);
  const std::string text =
      sql != nullptr ? sql->text : literal_text(dialect_, std::get<Literal>(*column.default_value));
  if (filled_by_rule(field) && text == "CURRENT_TIMESTAMP") return;
  option("default_sql(" + pointer(s, field) + ", " + string_literal(text) + ")");
}

/// Where the server would call the member's own type by another name.
void Header::write_type(const Struct& s, const Field& field) {
  const Type& type = field.column->type;
  if (schema_.dialect == "sqlite" && field.column->identity != Identity::none) return;
  bool same = false;
  try {
    Type own = field.type.logical;
    if (own.kind == Kind::enumeration && schema_.dialect == "postgresql") {
      same = enum_of(*s.table, *field.column) != nullptr;  // created with its table
    } else {
      own.spelled = dialect_.type_name(own);
      if (!type.spelled.empty() && type.kind != Kind::other) {
        own.kind = type.kind, own.labels = type.labels;
        same = own.spelled == type.spelled || dialect_.sameness.types(own, type);
      }
    }
  } catch (const Error&) {  // the server has no type for what the member holds
  }
  if (!same) option("type(" + pointer(s, field) + ", " + string_literal(type.spelled) + ")");
}

void Header::write_column(const Struct& s, const Field& field) {
  const Column& column = *field.column;
  const std::string at = pointer(s, field);
  if (field.name != column.name.text) option("column_name(" + at + ", " + string_literal(column.name.text) + ")");
  write_type(s, field);
  if (field.in_primary_key && column.nullable) option("nullable(" + at + ")");
  write_default(s, field);
  if (column.generated) {
    option("generated(" + at + ", " + string_literal(column.generated->expression.text) + ")");
    if (column.generated->stored) modifier("stored()");
  }
  if (!column.collation.empty()) option("collation(" + at + ", " + string_literal(column.collation.text) + ")");
  if (!column.comment.empty()) option("comment(" + at + ", " + string_literal(column.comment) + ")");
  for (const auto& [key, value] : column.attributes)
    option("option(" + at + ", " + string_literal(key) + (value.empty() ? "" : ", " + string_literal(value)) + ")");
}

/// What a model does by itself: an integer called id is the key, numbered by the server.
bool by_convention(const Struct& s, const PrimaryKey& key, std::string_view dialect) {
  if (key.parts.size() != 1 || !key.attributes.empty() || key.parts[0].descending || !key.parts[0].collation.empty() ||
      !key.parts[0].attributes.empty())
    return false;
  if (!key.name.empty() && (dialect != "postgresql" || key.name.text != s.table->name.text + "_pkey")) return false;
  std::size_t identities = 0;
  bool is_id = false;
  for (const Field& field : s.fields) {
    if (field.column->identity != Identity::none) ++identities;
    if (field.in_primary_key)
      is_id = field.name == "id" && field.column->identity == Identity::by_default &&
              field.type.spelled.find("int") != std::string::npos;
  }
  return is_id && identities == 1;
}

void Header::write_key(const Struct& s) {
  const auto& key = s.table->primary_key;
  if (key && by_convention(s, *key, schema_.dialect)) return;
  for (const Field& field : s.fields) {
    if (field.column->identity == Identity::none) continue;
    option("identity(" + pointer(s, field) + ")");
    if (field.column->identity == Identity::by_default) modifier("by_default()");
  }
  if (!key) {
    const bool tempting = std::any_of(s.fields.begin(), s.fields.end(), [](const Field& field) {
      return field.name == "id" || field.column->identity != Identity::none;
    });
    if (tempting) option("no_primary_key()");
    return;
  }
  std::vector<std::string> members;
  for (const KeyPart& part : key->parts) members.push_back(pointer(s, part.column));
  option("primary_key(" + join(members, ", ") + ")");
  if (!key->name.empty() && (schema_.dialect != "postgresql" || key->name.text != s.table->name.text + "_pkey"))
    modifier("named(" + string_literal(key->name.text) + ")");
  write_attributes(key->attributes);
  std::vector<KeyPart> parts = key->parts;
  write_parts(parts);
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].descending) modifier("with_part(" + std::to_string(i + 1) + ", \"descending\")");
}

std::vector<std::string> names_of(const std::vector<KeyPart>& parts) {
  std::vector<std::string> names;
  for (const KeyPart& part : parts)
    names.push_back(part.column.empty() ? reflect::words_of(part.expression.text) : part.column.text);
  return names;
}

void Header::write_unique(const Struct& s, const Unique& unique) {
  option("unique(" + parts(s, unique.parts) + ")");
  if (unique.name.empty())
    modifier("unnamed()");
  else if (unique.name.text != reflect::unique_name(s.table->name.text, names_of(unique.parts)))
    modifier("named(" + string_literal(unique.name.text) + ")");
  write_attributes(unique.attributes);
  write_parts(unique.parts);
}

void Header::write_index(const Struct& s, const Index& index) {
  const auto names = names_of(index.parts);
  option((index.unique ? "unique(" : "index(") + parts(s, index.parts) + ")");
  const std::string given =
      index.unique ? reflect::unique_name(s.table->name.text, names) : reflect::index_name(s.table->name.text, names);
  if (index.name.text != given) modifier("named(" + string_literal(index.name.text) + ")");
  const bool plain = index.where.empty() && std::all_of(index.parts.begin(), index.parts.end(), [](const KeyPart& p) {
                       return !p.column.empty() && !p.descending;
                     });
  if (index.unique && plain) modifier("as_index()");
  if (!index.where.empty()) modifier("where(" + string_literal(index.where.text) + ")");
  // Index names are shared by all tables, but on MariaDB.
  if (schema_.dialect == "mariadb" && shared_indexes_.contains(lower(index.name.text)))
    modifier(index.unique ? "with(\"only on\", \"mariadb\")" : "only_on(\"mariadb\")");
  write_attributes(index.attributes);
  write_parts(index.parts);
}

std::string action(Action action) {
  switch (action) {
    case Action::no_action: return "df::no_action";
    case Action::restrict: return "df::restrict";
    case Action::cascade: return "df::cascade";
    case Action::set_null: return "df::set_null";
    case Action::set_default: return "df::set_default";
  }
  return "";
}

void Header::write_reference(std::size_t from, const Reference& reference) {
  const Struct &s = structs_[from], &target = structs_[reference.target];
  const ForeignKey& key = *reference.key;
  std::vector<std::string> ours, theirs, columns;
  for (const std::size_t i : reference.from) ours.push_back(pointer(s, s.fields[i]));
  for (const std::size_t i : reference.from) columns.push_back(s.fields[i].column->name.text);
  for (const std::size_t i : reference.to) theirs.push_back(pointer(target, target.fields[i]));
  const auto of = [](const Struct& side) { return side.wide() ? "<" + side.name + ">" : std::string(); };
  if (ours.size() == 1)
    option("references" + of(target) + "(" + ours[0] + ", " + theirs[0] + ")");
  else
    option("foreign_key(df::columns" + of(s) + "(" + join(ours, ", ") + "), df::columns" + of(target) + "(" +
           join(theirs, ", ") + "))");
  if (key.referenced.empty()) modifier("to_key()");
  if (key.name.empty())
    modifier("unnamed()");
  else if (key.name.text != reflect::foreign_key_name(s.table->name.text, columns))
    modifier("named(" + string_literal(key.name.text) + ")");
  if (key.on_delete != Action::no_action) modifier("on_delete(" + action(key.on_delete) + ")");
  if (key.on_update != Action::no_action) modifier("on_update(" + action(key.on_update) + ")");
  if (key.initially_deferred)
    modifier("initially_deferred()");
  else if (key.deferrable)
    modifier("deferrable()");
  write_attributes(key.attributes);
}

void Header::write_options(std::size_t i) {
  const Struct& s = structs_[i];
  const Table& table = *s.table;
  options_.clear();
  if (!table.schema.empty() && table.schema.text != "public")
    option("schema(" + string_literal(table.schema.text) + ")");
  if (!table.options.comment.empty()) option("comment(" + string_literal(table.options.comment) + ")");
  for (const auto& [key, value] : table.options.attributes)
    option("option(" + string_literal(key) + (value.empty() ? "" : ", " + string_literal(value)) + ")");
  for (const Field& field : s.fields) write_column(s, field);
  write_key(s);
  for (const Unique& unique : table.uniques) write_unique(s, unique);
  for (const Index& index : table.indexes) write_index(s, index);
  const auto place = [&](std::size_t n) { return std::find(order_.begin(), order_.end(), n); };
  for (const Reference& reference : references_[i])
    if (place(reference.target) <= place(i)) write_reference(i, reference);
  for (const Check& check : table.checks) {
    option("check(" + (check.name.empty() ? "" : string_literal(check.name.text) + ", ") +
           string_literal(check.expression.text) + ")");
    write_attributes(check.attributes);
  }
  line("");
  line("  static auto dataflow() {");
  line("    return df::table(" + string_literal(table.name.text) + ")" + options_ + ";");
  line("  }");
}

void Header::write_member(const Field& field) {
  const Column& column = *field.column;
  const bool nullable = column.nullable;
  std::string text =
      "  " + (nullable ? "std::optional<" + field.type.spelled + ">" : field.type.spelled) + " " + field.name;
  if (column.default_value && !column.generated && !field.in_key)
    if (const auto start = initialiser(*column.default_value, field.type, schema_.dialect)) text += " = " + start->text;
  text += ";";
  if (field.type.logical.kind == Kind::text && column.type.kind == Kind::other && !column.type.spelled.empty())
    text += "  // " + commented(column.type.spelled);
  line(text);
}

void Header::write_struct(std::size_t i) {
  const Struct& s = structs_[i];
  for (std::size_t part = 0; part < s.bases.size(); ++part) {
    line("struct " + s.bases[part] + " {");
    std::vector<std::string> members;
    for (const Field& field : s.fields)
      if (field.part == part) write_member(field), members.push_back(field.name);
    line("};");
    line("BOOST_DESCRIBE_STRUCT(" + s.bases[part] + ", (), (" + join(members, ", ") + "))");
    line("");
  }
  if (!s.table->options.comment.empty()) line("/// " + commented(s.table->options.comment));
  line("struct " + s.name + (s.bases.empty() ? "" : " : " + join(s.bases, ", ")) + " {");
  if (s.bases.empty())
    for (const Field& field : s.fields) write_member(field);
  write_options(i);
  line("};");
  if (!s.bases.empty()) line("BOOST_DESCRIBE_STRUCT(" + s.name + ", (" + join(s.bases, ", ") + "), ())");
  line("");
}

/// Foreign keys of a ring of tables: each needs both structs.
void Header::write_late_references() {
  const auto place = [&](std::size_t n) { return std::find(order_.begin(), order_.end(), n); };
  bool outside = false;
  for (const std::size_t i : order_) {
    options_.clear();
    for (const Reference& reference : references_[i])
      if (place(reference.target) > place(i)) write_reference(i, reference);
    if (options_.empty()) continue;
    if (!outside) line("}  // namespace models\n");
    outside = true;
    line("template <> struct dataflow::Options<models::" + structs_[i].name + "> {");
    line("  static auto get() {");
    line("    using namespace models;");
    line("    return df::table()" + options_ + ";");
    line("  }");
    line("};");
    line("");
  }
  if (outside) line("namespace models {\n");
}

void Header::write_declare() {
  line("/// Declares all of it.");
  const std::size_t begin = out_.size();
  for (const std::size_t i : order_) line("  db.model<" + structs_[i].name + ">();");
  for (const Definition* definition : definitions_) {
    if (goes_without_saying(*definition)) continue;
    Schema one{.dialect = schema_.dialect};
    one.definitions.push_back(*definition);
    std::string text = to_text(one);
    text.erase(0, text.find("\n\n") + 2);
    while (text.ends_with('\n')) text.pop_back();
    line("  db.define(" + string_literal(schema_.dialect) + ", " + string_literal(text) + ");");
  }
  const bool nothing = out_.size() == begin;
  out_.insert(begin, std::string("inline void declare(dataflow::DataFlow&") + (nothing ? "" : " db") + ") {\n");
  line("}");
}

void Header::write_comment() {
  line("// A " + schema_.dialect +
       " schema as structs, written by dataflow inspect --format hpp: edit it like any other models.");
  line("// models::declare(db) declares them, and what no struct can say.");
  for (const Unmodelled& object : schema_.unmodelled)
    left_out_.emplace_back(object.kind + " " + shown(object.path), object.reason);
  if (left_out_.empty()) return;
  line("//");
  line("// Left out, and left alone in the database:");
  for (const auto& [what, why] : left_out_) line(commented("//   " + what + ": " + why));
}

std::string Header::write() {
  write_comment();
  line("#pragma once");
  for (const char* header : {"cstddef", "cstdint", "optional", "string", "vector"})
    line("#include <" + std::string(header) + ">");
  line("");
  line("#include <dataflow/chrono.hpp>");
  line("#include <dataflow/dataflow.hpp>");
  line("");
  line("namespace models {");
  line("");
  line("namespace df = dataflow;");
  line("");
  for (const auto& [path, of] : enums_) {
    line("enum class " + of.name + " { " + join(of.labels, ", ") + " };");
    line("BOOST_DESCRIBE_ENUM(" + of.name + ", " + join(of.labels, ", ") + ")");
    line("");
  }
  for (const std::size_t i : order_) write_struct(i);
  write_late_references();
  write_declare();
  line("");
  line("}  // namespace models");
  return std::move(out_);
}

}  // namespace

std::string hpp(const Schema& schema) {
  if (schema.dialect.empty())
    throw Error(ErrorCode::unsupported, "structs are written for a schema that a server has read",
                "give a database, or --dev URL");
  return Header(schema).write();
}

std::vector<Unmanaged> take_out_unmodelled(Schema& schema, const Schema& models) {
  if (schema.dialect.empty()) return {};
  std::vector<Unmanaged> out = Header(schema).left_out();
  const auto is = [](const Unmanaged& u, const Definition& d) {
    return u.kind == d.kind && u.path == Path{d.schema, d.name} && u.on == d.on;
  };
  const auto has = [&](const Unmanaged& u) {
    return u.kind == "table" ? find_table(models, u.path) != nullptr
                             : std::any_of(models.definitions.begin(), models.definitions.end(),
                                           [&](const Definition& d) { return is(u, d); });
  };
  std::erase_if(out, has);
  const auto goes = [&](const auto& matches) { return std::any_of(out.begin(), out.end(), matches); };
  std::erase_if(schema.tables, [&](const Table& table) {
    return goes([&](const Unmanaged& u) { return u.kind == "table" && u.path == table.path(); });
  });
  std::erase_if(schema.definitions,
                [&](const Definition& d) { return goes([&](const Unmanaged& u) { return is(u, d); }); });
  return out;
}

}  // namespace dataflow::codegen
