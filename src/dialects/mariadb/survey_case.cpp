// Which fact of an act applies to the change at hand, and what keeps the server from it today.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

namespace {

/// A column with one aspect of what is wanted.
Column one_aspect(Act act, const Column& before, const Column& after) {
  Column out = before;
  const auto text = [&] {
    out.collation = after.collation;
    out.attributes.erase("character set");
    if (const auto* set = value_of(after.attributes, "character set")) out.attributes["character set"] = *set;
  };
  switch (act) {
    case Act::change_type: out.type = after.type; break;
    case Act::set_not_null:
    case Act::drop_not_null: out.nullable = after.nullable; break;
    case Act::change_generated: out.generated = after.generated; break;
    case Act::change_identity: out.identity = after.identity; break;
    case Act::change_collation: text(); break;
    case Act::change_column_options:
      text();
      out.attributes = after.attributes;
      break;
    case Act::change_default: out.default_value = after.default_value; break;
    default: out.comment = after.comment; break;
  }
  return out;
}

}  // namespace

Way Survey::way_of_aspect(Act act) const {
  const Flavour flavour = server_.flavour();
  if (const auto* alter = std::get_if<Alter<Column>>(&change_))
    return way_of(renamed_, Alter<Column>{alter->in, alter->before, one_aspect(act, alter->before, alter->after)},
                  flavour);
  return way_of(renamed_, change_, flavour);
}

void Survey::choose_case(Evidence& e) {
  switch (e.act) {
    case Act::create_table:
    case Act::drop_table:
    case Act::rename_table: return now_ != nullptr ? not_now(e) : void();
    case Act::create_definition:
    case Act::replace_definition:
    case Act::drop_definition: e.when = case_of(change_); return;
    default: break;
  }
  if (now_ == nullptr) {  // a table of this plan is made whole
    e.when = "instant";
    return;
  }
  const Way way = way_of_aspect(e.act);
  e.when = case_of(way);
  const auto* create = std::get_if<Create<Column>>(&change_);
  const auto* alter = std::get_if<Alter<Column>>(&change_);
  if ((e.act == Act::add_required_column && create != nullptr && fill(create->object.name)) ||
      (e.act == Act::set_not_null && alter != nullptr && fill(alter->after.name)))
    e.when = "filled";
  if (way.algorithm == Algorithm::instant) out_of_versions(e);
  not_now(e);
}

/// MySQL counts the instant changes of a table's columns, and takes no more than 64 before it is written anew.
void Survey::out_of_versions(Evidence& e) {
  if (server_.flavour() != Flavour::mysql || e.blocking) return;
  if (!std::holds_alternative<Create<Column>>(change_) && !std::holds_alternative<Drop<Column>>(change_)) return;
  const auto used = ask("SELECT 1 FROM information_schema.INNODB_TABLES WHERE NAME = CONCAT(DATABASE(), '/', " +
                        text_literal(now_->name.text) + ") AND TOTAL_ROW_VERSIONS >= 64");
  if (!used || used->empty()) return;
  e.blocking = now_->name.text + " has had 64 instant changes of its columns, and the server takes no more";
  e.remedy = "OPTIMIZE TABLE " + quote(now_->name.text) + " writes it anew, and the count begins again";
}

/// Every change of a table waits for the transactions that have used it. Where the server tells who that is, it is
/// said.
void Survey::not_now(Evidence& e) {
  if (e.blocking || !e.remedy.empty()) return;
  const std::string table = text_literal(now_->name.text);
  const bool mysql = server_.flavour() == Flavour::mysql;
  const std::string holders =
      mysql ? "performance_schema.metadata_locks AS l JOIN performance_schema.threads AS t ON t.THREAD_ID = "
              "l.OWNER_THREAD_ID JOIN information_schema.INNODB_TRX AS x ON x.trx_mysql_thread_id = t.PROCESSLIST_ID "
              "WHERE l.OBJECT_SCHEMA = DATABASE() AND l.OBJECT_NAME = "
            : "information_schema.METADATA_LOCK_INFO AS l JOIN information_schema.INNODB_TRX AS x ON "
              "x.trx_mysql_thread_id = l.THREAD_ID WHERE l.TABLE_SCHEMA = DATABASE() AND l.TABLE_NAME = ";
  const auto found =
      ask("SELECT x.trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, x.trx_started, SYSDATE()) FROM " + holders + table +
          " AND x.trx_mysql_thread_id <> CONNECTION_ID() AND x.trx_started < "
          "SYSDATE() - INTERVAL 3 SECOND ORDER BY 2 DESC LIMIT 1");
  if (!found || found->empty()) return;
  e.remedy = "it waits for session " + found->at(0).at(0).value_or("") + ", which has used " + now_->name.text +
             " in a transaction that is open for " + found->at(0).at(1).value_or("") +
             " s: end that one first, or everybody waits behind this change";
}

}  // namespace dataflow::mariadb
