// A sqlite schema as structs, written by dataflow inspect --format hpp: edit it like any other models.
// models::declare(db) declares them, and what no struct can say.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dataflow/chrono.hpp>
#include <dataflow/dataflow.hpp>

namespace models {

namespace df = dataflow;

struct Customer {
  std::int64_t id;
  df::varchar<50> name;
  std::optional<std::string> e_mail;
  std::optional<std::string> class_ = "a`b";

  static auto dataflow() {
    return df::table("customer")
        .column_name(&Customer::e_mail, "e|mail")
        .column_name(&Customer::class_, "class")
        .unique(&Customer::e_mail).unnamed();
  }
};

struct OrderDetails {
  std::int64_t customer_id;
  std::int32_t line;
  std::optional<df::decimal<10, 2>> unit_price;
  std::optional<std::int32_t> replaces;

  static auto dataflow() {
    return df::table("order details")
        .type(&OrderDetails::customer_id, "INTEGER")
        .column_name(&OrderDetails::unit_price, R"sql(unit "price")sql")
        .default_sql(&OrderDetails::unit_price, "0")
        .primary_key(&OrderDetails::customer_id, &OrderDetails::line)
        .index(df::desc(&OrderDetails::unit_price), df::expr("lower(replaces)")).named("by_price")
            .where("line < 9")
        .references(&OrderDetails::customer_id, &Customer::id).unnamed().on_delete(df::cascade)
        .foreign_key(df::columns(&OrderDetails::customer_id, &OrderDetails::replaces), df::columns(&OrderDetails::customer_id, &OrderDetails::line))
            .unnamed()
        .check("line > 0");
  }
};

struct Address {
  std::int64_t customer_id;
  std::optional<std::string> town;

  static auto dataflow() {
    return df::table("address")
        .identity(&Address::customer_id).by_default()
        .primary_key(&Address::customer_id)
        .references(&Address::customer_id, &Customer::id).unnamed();
  }
};

/// Declares all of it.
inline void declare(dataflow::DataFlow& db) {
  db.model<Customer>();
  db.model<OrderDetails>();
  db.model<Address>();
  db.define("sqlite", R"sql(define view names
  | CREATE VIEW names AS SELECT name FROM customer)sql");
  db.define("sqlite", R"sql(define trigger first on customer
  | CREATE TRIGGER first AFTER INSERT ON customer BEGIN SELECT '```'; END)sql");
}

}  // namespace models
