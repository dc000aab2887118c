#include "cli/json.hpp"

namespace dataflow::cli {

Json json_of(const Error& error) {
  Json json = {{"code", id(error.code)}, {"message", error.what()}, {"exit_status", exit_status(error.code)}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("hint", error.hint);
  add("dialect", error.dialect);
  add("sqlstate", error.sqlstate);
  add("statement", error.statement);
  add("step", error.step);
  return json;
}

Json json_of(const Plan& plan) { return Json::parse(to_json(plan)); }

Json json_of(const Operation& operation) {
  return {{"operation_type", to_string(operation.kind)},
          {"table", operation.table.text},
          {"object", operation.object.text},
          {"details", operation.details},
          {"description", operation.description()},
          {"safety_level", to_string(operation.assessment.level)}};
}

static Json json_of(const RollbackStep& step) {
  return {{"operation_type", to_string(step.operation_type)},
          {"sql", step.sql},
          {"risk_level", to_string(step.risk_level)},
          {"estimated_duration_ms", step.estimated_duration_ms}};
}

Json json_of(const Migration& migration) {
  Json steps = Json::array();
  for (const auto& step : migration.rollback_steps) steps.push_back(json_of(step));
  return {{"version", migration.version},
          {"name", migration.name},
          {"description", migration.description},
          {"status", to_string(migration.status)},
          {"safety_level", to_string(migration.safety_level)},
          {"operations", json_of(migration.operations)},
          {"sql_up", migration.sql_up},
          {"sql_down", migration.sql_down},
          {"rollback_steps", std::move(steps)},
          {"applied_at", migration.applied_at},
          {"rolled_back_at", migration.rolled_back_at},
          {"applied_by", migration.applied_by},
          {"duration_ms", migration.duration_ms},
          {"checksum", migration.checksum},
          {"error", migration.error}};
}

Json json_of(const Backup& backup) {
  return {{"id", backup.id},
          {"version", backup.version},
          {"table", backup.table},
          {"column", backup.column},
          {"kind", backup.kind},
          {"location", backup.location},
          {"rows", backup.rows},
          {"checksum", backup.checksum},
          {"created_at", backup.created_at},
          {"restored_at", backup.restored_at}};
}

Json failure_document(const Error& error) { return {{"ok", false}, {"error", json_of(error)}}; }

std::string dump(const Json& document) { return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace dataflow::cli
