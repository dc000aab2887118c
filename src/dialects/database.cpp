#include "dataflow/database.hpp"

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/dialect.hpp"
#include "dialects/rename_comments.hpp"

namespace dataflow {

Database::Database(std::string_view text, Open open) : impl_(std::make_unique<Impl>()) {
  const Url url = parse_url(text);
  impl_->dialect = &dialect_of(url);
  impl_->url = without_password(text);
  impl_->connection = impl_->dialect->connect(url, open);
}

Database::Database(soci::session& session) : impl_(std::make_unique<Impl>()) {
  const std::string backend = Session::lend(session).backend();
  for (const Dialect* dialect : dialects())
    if (dialect->soci_backend == backend) impl_->dialect = dialect;
  if (impl_->dialect == nullptr)
    throw Error(ErrorCode::unsupported, "SOCI backend '" + backend + "' has no dialect here");
  impl_->url = "(lent session)";
  impl_->connection = impl_->dialect->adopt(session);
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

std::string_view Database::dialect() const { return impl_->dialect->name; }
const std::string& Database::url() const { return impl_->url; }

namespace {
/// Work on a scratch copy, told as one thing: what is read back from there is none of the database's.
class Alone {
 public:
  explicit Alone(const std::string& title) {
    tell({.activity = Activity::try_out, .title = title}), hush_.emplace(nullptr);
  }

 private:
  std::optional<Watching> hush_;
};
}  // namespace

Schema inspect(Database& database) { return database.impl().dialect->inspect(*database.impl().connection); }

namespace {
Wanted read(const Dialect& dialect, Connection* server, std::span<const SqlText> files) {
  const Alone alone("reading " + (files.size() == 1 ? files[0].origin : count(files.size(), "file")));
  Wanted wanted = dialect.load(server, files);
  wanted.as_read = true;
  for (const SqlText& file : files) add_renames(wanted.hints, file.sql, dialect.name == "mariadb");
  return wanted;
}
}  // namespace

Wanted schema_from_sql(std::string_view dialect, std::span<const SqlText> files) {
  return read(dialect_named(dialect), nullptr, files);
}

Wanted schema_from_sql(Database& server, std::span<const SqlText> files) {
  return read(*server.impl().dialect, server.impl().connection.get(), files);
}

Wanted schema_from_sql(std::string_view dialect, std::string_view sql, std::string_view origin) {
  const SqlText file{std::string(origin), std::string(sql)};
  return schema_from_sql(dialect, std::span(&file, 1));
}

Wanted schema_from_sql(Database& server, std::string_view sql, std::string_view origin) {
  const SqlText file{std::string(origin), std::string(sql)};
  return schema_from_sql(server, std::span(&file, 1));
}

Wanted normalize(const Dialect& dialect, Connection* server, Wanted wanted) {
  validate(wanted.schema);
  if (wanted.as_read && wanted.schema.dialect == dialect.name) return wanted;
  const auto elsewhere = [&](auto& object) {
    const auto only = object.attributes.extract("only on");
    return only && only.mapped() != dialect.name;
  };
  for (Table& table : wanted.schema.tables) {
    std::erase_if(table.indexes, elsewhere);
    if (dialect.name != "postgresql")
      for (Column& column : table.columns) column.attributes.erase("postgis");
  }
  std::erase_if(wanted.schema.definitions, elsewhere);
  const Alone alone("trying out the wanted schema");
  return dialect.normalize(server, wanted);
}

Wanted normalize(Database& database, const Wanted& wanted) {
  return normalize(*database.impl().dialect, database.impl().connection.get(), wanted);
}

Database stand(std::string_view dialect, Database* server, const Schema& schema) {
  auto impl = std::make_unique<Database::Impl>();
  impl->dialect = &dialect_named(dialect);
  impl->url = "(scratch)";
  Stand made = impl->dialect->stand(server == nullptr ? nullptr : server->impl().connection.get(), schema);
  impl->place = std::move(made.place);
  impl->connection = std::move(made.connection);
  return Database(std::move(impl));
}

std::vector<std::string> create_statements(const Schema& schema) {
  return dialect_named(schema.dialect.empty() ? "sqlite" : schema.dialect).create_statements(schema);
}

Difference compare(const Schema& from, const Wanted& to) {
  const std::string& name = from.dialect.empty() ? to.schema.dialect : from.dialect;
  if (!from.dialect.empty() && !to.schema.dialect.empty() && from.dialect != to.schema.dialect)
    throw Error(ErrorCode::unsupported,
                "a schema of " + from.dialect + " cannot be compared with one of " + to.schema.dialect);
  if (name.empty()) return diff(from, to);
  const Dialect& dialect = dialect_named(name);
  Difference difference = diff(from, dialect.settle(from, to), dialect.sameness);
  difference.notes.insert(difference.notes.begin(), to.notes.begin(), to.notes.end());
  return difference;
}

std::string quote(const Name& name, std::string_view dialect) { return dialect_named(dialect).quote(name.text); }
std::string literal(std::string_view text, std::string_view dialect) { return dialect_named(dialect).literal(text); }

}  // namespace dataflow
