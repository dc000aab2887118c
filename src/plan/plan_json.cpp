// The plan as a JSON document, described by share/dataflow/dataflow.schema.json. Every struct lists its fields once,
// for both directions.
#include <algorithm>
#include <concepts>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "core/utf8.hpp"
#include "dataflow/error.hpp"
#include "dataflow/plan.hpp"

namespace dataflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr const char* version_key = "dataflow_plan";

template <class T, class U>
concept Like = std::same_as<std::remove_const_t<T>, U>;

template <class F, Like<Estimate> T> void fields(F& f, T& t) {
  f("low_ms", t.low_ms), f("high_ms", t.high_ms), f("basis", t.basis);
}
template <class F, Like<Assessment> T> void fields(F& f, T& t) {
  f("level", t.level), f("data_loss", t.data_loss), f("reversal", t.reversal), f("blocks", t.blocks), f("work", t.work);
  f("rule", t.rule), f("reason", t.reason), f("lock", t.lock), f("blocking", t.blocking), f("remedy", t.remedy);
  f("rows", t.rows), f("time", t.time);
}
template <class F, Like<Operation> T> void fields(F& f, T& t) {
  f("type", t.kind), f("table", t.table), f("object", t.object), f("details", t.details), f("step", t.step);
  f("assessment", t.assessment);
}
template <class F, Like<Run> T> void fields(F& f, T& t) { f("sql", t.sql); }
template <class F, Like<SameRows> T> void fields(F& f, T& t) {
  f("left", t.left), f("right", t.right), f("failure", t.failure);
}
template <class F, Like<NoRows> T> void fields(F& f, T& t) { f("query", t.query), f("failure", t.failure); }
template <class F, Like<RunAlone> T> void fields(F& f, T& t) {
  f("sql", t.sql), f("done", t.done), f("clear", t.clear), f("within", t.within);
}
template <class F, Like<Step> T> void fields(F& f, T& t) {
  f("title", t.title), f("up", t.up), f("down", t.down), f.unless_empty("reaches", t.reaches);
  f.unless_empty("returns", t.returns);
}
template <class F, Like<SetAside> T> void fields(F& f, T& t) {
  f("location", t.location), f("table", t.table), f("column", t.column), f("kind", t.kind), f("key", t.key);
}
template <class F, Like<Path> T> void fields(F& f, T& t) { f("schema", t.schema), f("name", t.name); }
template <class F, Like<Unmanaged> T> void fields(F& f, T& t) { f("kind", t.kind), f("path", t.path), f("on", t.on); }
template <class F, Like<Skipped> T> void fields(F& f, T& t) {
  f("type", t.kind), f("table", t.table), f("details", t.details), f("reason", t.reason);
}
template <class F, Like<RenameCandidate> T> void fields(F& f, T& t) {
  f("table", t.table), f("before", t.before), f("after", t.after), f("is_column", t.is_column), f("reason", t.reason);
}
template <class F, Like<PlanFile> T> void fields(F& f, T& t) {
  f("version", t.version), f("name", t.name), f("checksum", t.checksum), f("down_checksum", t.down_checksum);
  f("carried_out", t.carried_out);
}
template <class F, Like<Plan> T> void fields(F& f, T& t) {
  f("dialect", t.dialect), f("from", t.from), f("to", t.to);
  f("operations", t.operations), f("rollback", t.rollback), f("steps", t.steps), f("set_aside", t.set_aside);
  f("rollback_set_aside", t.rollback_set_aside);
  f("unmanaged", t.unmanaged), f("skipped", t.skipped), f("candidates", t.candidates), f("notes", t.notes);
  f.unless_absent("file", t.file);
}

// A statement is an object with one member, named after its alternative.
constexpr const char* key_of(const Run*) { return "run"; }
constexpr const char* key_of(const SameRows*) { return "same_rows"; }
constexpr const char* key_of(const NoRows*) { return "no_rows"; }
constexpr const char* key_of(const RunAlone*) { return "run_alone"; }

template <class Enum> constexpr Enum last_of = {};
template <> constexpr OperationKind last_of<OperationKind> = OperationKind::alter_object;
template <> constexpr RiskLevel last_of<RiskLevel> = RiskLevel::critical;
template <> constexpr DataLoss last_of<DataLoss> = DataLoss::high;
template <> constexpr Reversal last_of<Reversal> = Reversal::none;
template <> constexpr Blocks last_of<Blocks> = Blocks::everything;
template <> constexpr Work last_of<Work> = Work::rewrite;

constexpr char hex_digits[] = "0123456789abcdef";

class Writer {
 public:
  template <class T> void operator()(const char* key, const T& value) { json_[key] = json(value); }
  void unless_empty(const char* key, const std::string& text) {
    if (!text.empty()) (*this)(key, text);
  }
  template <class T> void unless_absent(const char* key, const std::optional<T>& value) {
    if (value) (*this)(key, *value);
  }
  Json take() { return std::move(json_); }

 private:
  static Json json(bool value) { return value; }
  static Json json(std::uint64_t value) { return value; }
  /// JSON knows no bytes: what is not UTF-8 becomes {"hex": "…"}.
  static Json json(const std::string& text) {
    if (is_utf8(text)) return text;
    std::string hex;
    for (const char c : text) {
      hex += hex_digits[static_cast<unsigned char>(c) >> 4];
      hex += hex_digits[c & 0xF];
    }
    return {{"hex", hex}};
  }
  static Json json(const Name& name) { return json(name.text); }
  template <class Enum> static Json json(Enum value) requires std::is_enum_v<Enum> { return to_string(value); }
  template <class T> static Json json(const std::optional<T>& value) { return value ? json(*value) : Json(nullptr); }
  template <class T> static Json json(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& value : values) list.push_back(json(value));
    return list;
  }
  static Json json(const Statement& statement) {
    return std::visit([](const auto& s) { return Json{{key_of(&s), json(s)}}; }, statement);
  }
  template <class T> static Json json(const T& value) requires std::is_class_v<T> {
    Writer writer;
    fields(writer, value);
    return writer.take();
  }

  Json json_ = Json::object();
};

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorCode::bad_document, sentence, "a plan file is written by dataflow; make a new one");
}

/// A value of the document and where it stands.
class Reader {
 public:
  Reader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  template <class T> void operator()(const char* key, T& value) const { member(key).read(value); }
  void unless_empty(const char* key, std::string& text) const {
    if (json_.is_object() && json_.contains(key)) (*this)(key, text);
  }
  template <class T> void unless_absent(const char* key, std::optional<T>& value) const {
    if (json_.is_object() && json_.contains(key)) (*this)(key, value);
  }

  Reader member(const char* key) const {
    if (!json_.is_object()) expected("an object");
    const std::string path = path_.empty() ? key : path_ + '.' + key;
    const auto found = json_.find(key);
    if (found == json_.end()) refuse("the plan has no \"" + path + '"');
    return {*found, path};
  }

  void read(bool& value) const {
    if (!json_.is_boolean()) expected("true or false");
    value = json_.get<bool>();
  }
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) void read(T& value) const {
    if (!json_.is_number_unsigned()) expected("a number that is not negative");
    value = json_.get<T>();
  }
  void read(std::string& value) const {
    if (json_.is_object()) return member("hex").read_hex(value);
    if (!json_.is_string()) expected("a text");
    value = json_.get<std::string>();
  }
  void read(Name& name) const { read(name.text); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(Enum& value) const {
    std::string word;
    read(word);
    for (int i = 0; i <= static_cast<int>(last_of<Enum>); ++i)
      if (to_string(static_cast<Enum>(i)) == word) return void(value = static_cast<Enum>(i));
    refuse(path_ + ": unknown word \"" + word + '"');
  }
  template <class T> void read(std::optional<T>& value) const {
    if (json_.is_null())
      value.reset();
    else
      read(value.emplace());
  }
  template <class T> void read(std::vector<T>& values) const {
    if (!json_.is_array()) expected("a list");
    values.clear();
    for (std::size_t i = 0; i < json_.size(); ++i)
      Reader{json_[i], path_ + '[' + std::to_string(i) + ']'}.read(values.emplace_back());
  }
  void read(Statement& statement) const {
    if (!json_.is_object() || json_.size() != 1 ||
        !(read_as<Run>(statement) || read_as<SameRows>(statement) || read_as<NoRows>(statement) ||
          read_as<RunAlone>(statement)))
      expected("an object with one member, \"run\", \"run_alone\", \"same_rows\" or \"no_rows\"");
  }
  template <class T>
  requires std::is_class_v<T>
  void read(T& value) const { fields(*this, value); }

 private:
  template <class T> bool read_as(Statement& statement) const {
    const char* key = key_of(static_cast<const T*>(nullptr));
    if (!json_.contains(key)) return false;
    member(key).read(statement.emplace<T>());
    return true;
  }

  void read_hex(std::string& value) const {
    const std::string hex = json_.is_string() ? json_.get<std::string>() : "";
    const auto digit = [](char c) { return std::string_view(hex_digits).find(c); };
    if (hex.empty() || hex.size() % 2 != 0 || hex.find_first_not_of(hex_digits) != std::string::npos)
      expected("pairs of lower-case hexadecimal digits");
    value.clear();
    for (std::size_t i = 0; i < hex.size(); i += 2) value += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  }

  [[noreturn]] void expected(const std::string& what) const {
    refuse((path_.empty() ? "the document" : path_) + ": expected " + what + ", found " + json_.type_name());
  }

  const Json& json_;
  std::string path_;
};

Json parse(std::string_view text) try { return Json::parse(text); } catch (const Json::parse_error& error) {
  const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
  refuse("the plan is not JSON: line " + std::to_string(std::count(before.begin(), before.end(), '\n') + 1));
}

void check(const Plan& plan, const Reader& document) {
  for (const std::vector<Operation>* operations : {&plan.operations, &plan.rollback})
    for (const Operation& o : *operations)
      if (o.step != 0 && o.step >= plan.steps.size())
        refuse("\"" + o.description() + "\" stands in step " + std::to_string(o.step) +
               ", which the plan does not have");
  std::string stated;
  document("checksum", stated);
  if (stated != checksum(plan)) refuse("the plan was changed after it was made: its checksum does not match");
}

}  // namespace

std::string to_json(const Plan& plan) {
  Writer writer;
  writer(version_key, std::uint64_t{version});
  writer("description", describe(plan));
  writer("level", level(plan)), writer("data_loss", data_loss(plan)), writer("reversal", reversal(plan));
  writer("time", estimate(plan));
  writer("checksum", checksum(plan));
  fields(writer, plan);
  return writer.take().dump(2) + '\n';
}

Plan plan_from_json(std::string_view json) {
  const Json root = parse(json);
  const Reader document(root, "");
  std::uint64_t found = 0;
  document(version_key, found);
  if (found != version)
    refuse("this is version " + std::to_string(found) + " of the plan format; version " + std::to_string(version) +
           " can be read");
  Plan plan;
  document.read(plan);
  check(plan, document);
  return plan;
}

}  // namespace dataflow
