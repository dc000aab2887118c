#include "risk/grade.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace dataflow {

namespace {

constexpr std::string_view act_words[] = {"create table",
                                          "drop table",
                                          "rename table",
                                          "change table options",
                                          "add nullable column",
                                          "add column with default",
                                          "add column with volatile default",
                                          "add required column",
                                          "add generated column",
                                          "drop column",
                                          "rename column",
                                          "change type",
                                          "set not null",
                                          "drop not null",
                                          "change default",
                                          "change generated",
                                          "change collation",
                                          "change column options",
                                          "change identity",
                                          "change comment",
                                          "add primary key",
                                          "drop primary key",
                                          "add unique",
                                          "drop unique",
                                          "add foreign key",
                                          "drop foreign key",
                                          "add check",
                                          "drop check",
                                          "create index",
                                          "create unique index",
                                          "drop index",
                                          "create definition",
                                          "replace definition",
                                          "drop definition"};
static_assert(std::size(act_words) == acts);

constexpr std::string_view type_change_words[] = {"identical", "widening", "narrowing", "lateral", "unknown"};

/// The exact rules: H1 to H19 of the risk catalogue.
struct Verdict {
  RiskLevel level;
  std::string_view rule;
  std::string reason;
};

/// "about 2500000 rows, 310 MB": the size where it is worth a word.
std::string rows_text(const Evidence& e) {
  constexpr std::uint64_t megabyte = 1024 * 1024;
  if (!e.rows) return "an unknown number of rows";
  return (e.about ? "about " : "") + count(*e.rows, "row") +
         (e.bytes.value_or(0) >= megabyte ? ", " + std::to_string(*e.bytes / megabyte) + " MB" : "");
}

/// Its users, those included that name it in their text and fail when they are called next.
std::string users_text(const Evidence& e) {
  return (e.dependents.empty() ? "" : "; used by " + join(e.dependents, ", ")) +
         (e.by_text.empty() ? "" : "; named in the text of " + join(e.by_text, ", "));
}

Verdict drop_verdict(const Evidence& e, std::string_view what, std::string_view unit) {
  const std::string used = users_text(e);
  if (e.values && *e.values == 0 && used.empty())
    return {RiskLevel::high, "H16", "drops " + std::string(what) + " that holds nothing"};
  const std::string held =
      e.values ? (e.about ? "about " : "") + count(*e.values, unit) : "an unknown number of " + std::string(unit) + "s";
  return {RiskLevel::critical, "H17", "drops " + std::string(what) + " that holds " + held + used};
}

Verdict type_verdict(const Evidence& e) {
  if (e.comes_back && (e.type_change == TypeChange::unknown || e.type_change == TypeChange::lateral))
    return {e.type_change == TypeChange::unknown ? RiskLevel::medium : RiskLevel::high,
            e.type_change == TypeChange::unknown ? "H10" : "H11",
            "values are converted to another kind of type and every one of them comes back; " + rows_text(e)};
  switch (e.type_change) {
    case TypeChange::identical: return {RiskLevel::safe, "H13", "the type stays the same"};
    case TypeChange::widening:
      return {RiskLevel::medium, "H9", "the new type holds every value of the old one; " + rows_text(e)};
    case TypeChange::narrowing:
      if (e.fits)
        return {RiskLevel::medium, "H10", "the new type is narrower and every value fits today; " + rows_text(e)};
      return {RiskLevel::high, "H11", "the new type is narrower; " + rows_text(e)};
    case TypeChange::lateral:
      return {RiskLevel::high, "H11", "values are converted to another kind of type; " + rows_text(e)};
    case TypeChange::unknown:
      return {RiskLevel::high, "H11", "what the change of type does to values is not known; " + rows_text(e)};
  }
  return {RiskLevel::high, "H11", {}};
}

/// A change of how a table is kept, by what the server does for it.
Verdict kept_verdict(const Evidence& e, Work work) {
  if (e.for_users) return {RiskLevel::medium, "H19", "its users see other rows or have other rights at once"};
  switch (work) {
    case Work::catalog: return {RiskLevel::safe, "H13", "no row changes"};
    case Work::scan: return {RiskLevel::medium, "H8", "checked against " + rows_text(e)};
    case Work::index_build: return {RiskLevel::medium, "H9", "its indexes are built anew; " + rows_text(e)};
    case Work::rewrite: break;
  }
  return {RiskLevel::medium, "H9", "the table is written anew; " + rows_text(e)};
}

/// How a column gets its value: even where no row is written, its writers meet another rule.
Verdict value_verdict(const Evidence& e, Work work) {
  if (work != Work::catalog) return kept_verdict(e, work);
  return {RiskLevel::medium, "H9", "writers meet another rule for the column's value; no row changes"};
}

Verdict verdict(const Evidence& e, Work work, const GradeContext& context) {
  const bool empty = e.rows && *e.rows == 0;
  const bool large = !e.rows || *e.rows >= context.large_table_rows;
  switch (e.act) {
    case Act::create_table: return {RiskLevel::safe, "H1", "a new table"};
    case Act::add_nullable_column: return {RiskLevel::safe, "H2", "existing rows get NULL"};
    case Act::add_column_with_default: return {RiskLevel::safe, "H3", "existing rows get the default"};
    case Act::add_column_with_volatile_default:
    case Act::add_generated_column:
      return {empty ? RiskLevel::safe : RiskLevel::medium, "H4", "a value is computed for each of " + rows_text(e)};
    case Act::add_required_column:
      return {empty ? RiskLevel::safe : RiskLevel::medium, "H5",
              empty ? "the table is empty" : "a value is needed for " + rows_text(e)};
    case Act::create_index:
      if (e.when == "concurrently") return {RiskLevel::safe, "H6", rows_text(e) + " are indexed while writers go on"};
      return {large ? RiskLevel::medium : RiskLevel::safe, "H6", "writers wait while " + rows_text(e) + " are indexed"};
    case Act::drop_index: return {RiskLevel::medium, "H7", "queries that use the index become slower"};
    case Act::add_check: return {RiskLevel::safe, "H8", "no row of today breaks it"};
    case Act::add_unique:
    case Act::create_unique_index:
    case Act::add_foreign_key:
    case Act::add_primary_key:
      return {empty ? RiskLevel::safe : RiskLevel::medium, "H8", "checked against " + rows_text(e)};
    case Act::change_type: return type_verdict(e);
    case Act::set_not_null:
      return {RiskLevel::medium, "H12", "writers that leave the column empty will fail; " + rows_text(e)};
    case Act::drop_not_null:
    case Act::change_default:
    case Act::change_comment: return {RiskLevel::safe, "H13", "no row changes"};
    case Act::change_collation:
    case Act::change_column_options:
    case Act::change_table_options: return kept_verdict(e, work);
    case Act::change_generated:
    case Act::change_identity: return value_verdict(e, work);
    case Act::rename_table:
    case Act::rename_column:
      return {e.by_text.empty() ? RiskLevel::high : RiskLevel::critical, "H14",
              "statements that use the old name fail from then on" + users_text(e)};
    case Act::drop_unique:
    case Act::drop_foreign_key:
    case Act::drop_check:
    case Act::drop_primary_key:
      return {
          e.dependents.empty() ? RiskLevel::medium : RiskLevel::high, "H15",
          e.dependents.empty() ? "rows are no longer held to it" : "it is relied on by " + join(e.dependents, ", ")};
    case Act::drop_column: return drop_verdict(e, "a column", "value");
    case Act::drop_table: return drop_verdict(e, "a table", "row");
    case Act::create_definition: return {RiskLevel::safe, "H1", "a new object"};
    case Act::replace_definition: return {RiskLevel::medium, "H19", "its users see the new definition at once"};
    case Act::drop_definition:
      if (e.unrecoverable) return drop_verdict(e, "an object", "row");
      return {e.dependents.empty() ? RiskLevel::medium : RiskLevel::high, "H19",
              e.dependents.empty() ? "its users will fail" : "it is used by " + join(e.dependents, ", ")};
  }
  return {RiskLevel::high, "H20", "not classified"};
}

bool destroys(Act act) { return act == Act::drop_column || act == Act::drop_table || act == Act::drop_definition; }

DataLoss loss(const Evidence& e) {
  if (e.act == Act::change_type)
    return e.comes_back || e.type_change == TypeChange::widening || e.type_change == TypeChange::identical || e.fits
               ? DataLoss::none
               : DataLoss::low;
  if (e.act == Act::drop_definition && !e.unrecoverable) return DataLoss::none;
  if (!destroys(e.act)) return DataLoss::none;
  return e.values && *e.values == 0 ? DataLoss::low : DataLoss::high;
}

Reversal reversal(const Evidence& e, const GradeContext& context) {
  if (context.set_aside) return Reversal::with_backup;
  if (e.unrecoverable) return Reversal::schema_only;
  if (loss(e) == DataLoss::none) return Reversal::exact;
  return e.values && *e.values == 0 ? Reversal::exact : Reversal::schema_only;
}

/// Microseconds a row, from a fast disk to a slow one. Measured on SQLite 3.40 and PostgreSQL 15 with 200,000 rows.
struct Cost {
  Work work;
  double low_us, high_us;
  std::string_view name;
};
constexpr Cost costs[] = {{Work::catalog, 0, 0, "catalog only"},
                          {Work::scan, 0.05, 0.6, "scan"},
                          {Work::index_build, 0.4, 4, "index build"},
                          {Work::rewrite, 0.5, 6, "rewrite"}};

Estimate estimate(Work work, const Evidence& e) {
  const Cost& cost = costs[static_cast<std::size_t>(work)];
  const double rows = static_cast<double>(e.rows.value_or(0));
  Estimate out{static_cast<std::uint64_t>(rows * cost.low_us / 1000),
               static_cast<std::uint64_t>(rows * cost.high_us / 1000) + 10, std::string(cost.name)};
  if (work != Work::catalog) out.basis += " of " + rows_text(e);
  return out;
}

bool integer(Kind k) { return k == Kind::int8 || k == Kind::int16 || k == Kind::int32 || k == Kind::int64; }
bool floating(Kind k) { return k == Kind::float32 || k == Kind::float64; }
bool textual(Kind k) { return k == Kind::text || k == Kind::varchar; }

TypeChange by_width(std::uint64_t before, std::uint64_t after) {
  return after == before ? TypeChange::identical : after > before ? TypeChange::widening : TypeChange::narrowing;
}

/// Digits an integer kind may need.
std::uint32_t digits(Kind k) {
  return k == Kind::int8 ? 3 : k == Kind::int16 ? 5 : k == Kind::int32 ? 10 : k == Kind::int64 ? 19 : 20;
}

TypeChange compare_decimals(const Type& a, const Type& b) {
  if (b.precision == 0) return a.precision == 0 ? TypeChange::identical : TypeChange::widening;
  if (a.precision == 0) return TypeChange::narrowing;
  const auto whole = [](const Type& t) { return t.precision - std::min(t.precision, t.scale); };
  if (whole(b) >= whole(a) && b.scale >= a.scale)
    return whole(b) == whole(a) && b.scale == a.scale ? TypeChange::identical : TypeChange::widening;
  return TypeChange::narrowing;
}

}  // namespace

std::string_view to_string(Act act) { return act_words[static_cast<std::size_t>(act)]; }
std::string_view to_string(TypeChange change) { return type_change_words[static_cast<std::size_t>(change)]; }

TypeChange compare_types(const Type& before, const Type& after) {
  if (before == after) return TypeChange::identical;
  const Kind a = before.kind, b = after.kind;
  if (a == Kind::other || b == Kind::other || a == Kind::enumeration || b == Kind::enumeration)
    return TypeChange::unknown;
  if (before.dimensions != after.dimensions) return TypeChange::unknown;
  if (integer(a) && integer(b)) return by_width(digits(a), digits(b));
  if (integer(a) && b == Kind::uint64) return TypeChange::narrowing;
  if (integer(a) && b == Kind::decimal)
    return after.precision == 0 || after.precision - std::min(after.precision, after.scale) >= digits(a)
               ? TypeChange::widening
               : TypeChange::narrowing;
  if (integer(a) && floating(b))
    return digits(a) <= (b == Kind::float64 ? 15u : 6u) ? TypeChange::widening : TypeChange::narrowing;
  if (floating(a) && floating(b)) return by_width(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
  if ((floating(a) || a == Kind::decimal) && (integer(b) || b == Kind::uint64)) return TypeChange::narrowing;
  if (a == Kind::decimal && b == Kind::decimal) return compare_decimals(before, after);
  if (a == Kind::decimal && floating(b)) return TypeChange::narrowing;
  if (textual(a) && textual(b)) {
    const auto length = [](const Type& t) {
      return t.kind == Kind::text || t.length == 0 ? ~std::uint64_t{0} : t.length;
    };
    return by_width(length(before), length(after));
  }
  if (a == Kind::date && b == Kind::timestamp) return TypeChange::widening;
  if (a == Kind::timestamp && (b == Kind::date || b == Kind::time)) return TypeChange::narrowing;
  if (a == b && (a == Kind::timestamp || a == Kind::time)) return by_width(before.precision, after.precision);
  return a == b ? TypeChange::identical : TypeChange::lateral;
}

const Fact* find_fact(std::span<const Fact> facts, Act act, std::string_view when, Since server) {
  const Fact *exact = nullptr, *base = nullptr;
  for (const Fact& row : facts) {
    if (row.act != act || row.since > server) continue;
    for (const auto& [wanted, best] : {std::pair{when, &exact}, std::pair{std::string_view(), &base}})
      if (row.when == wanted && (*best == nullptr || row.since >= (*best)->since)) *best = &row;
  }
  return exact != nullptr ? exact : base;
}

std::string_view unmeasured(std::span<const Fact> facts, Since server) {
  for (std::size_t act = 0; act < acts; ++act)
    if (const Fact* usual = find_fact(facts, static_cast<Act>(act), {}, server); usual != nullptr && !usual->measured)
      return usual->source;
  return {};
}

namespace {

std::string lock_text(const Fact& fact, const Evidence& e) {
  std::vector<std::string> locks;
  if (!fact.lock.empty()) locks.emplace_back(fact.lock);
  if (!fact.also_locks.empty() && !e.also_locked.empty())
    locks.push_back(std::string(fact.also_locks) + " on " + join(e.also_locked, ", "));
  if (!fact.measured && !locks.empty()) locks.back() += " (" + std::string(fact.source) + ")";
  return join(locks, "; ");
}

Work actual(Work usual, const GradeContext& context) {
  if (!context.rewrites) return usual;
  if (*context.rewrites) return Work::rewrite;
  return usual == Work::rewrite ? Work::scan : usual;  // the server does it without moving rows
}

}  // namespace

Assessment grade(const Evidence& e, std::span<const Fact> facts, Since server, const GradeContext& context) {
  const Fact* fact = find_fact(facts, e.act, e.when, server);
  const Work work = actual(fact != nullptr ? fact->work : Work::catalog, context);
  Verdict v = verdict(e, work, context);
  Assessment out{.level = v.level,
                 .data_loss = loss(e),
                 .reversal = reversal(e, context),
                 .work = work,
                 .rule = std::string(v.rule),
                 .reason = std::move(v.reason)};
  if (fact != nullptr) out.blocks = fact->blocks, out.lock = lock_text(*fact, e);
  out.blocking = e.blocking;
  out.remedy = e.remedy;
  out.rows = e.rows;
  out.time = estimate(out.work, e);
  return out;
}

}  // namespace dataflow
