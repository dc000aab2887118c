// A shop in three releases: what it sells and what was ordered.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <dataflow/chrono.hpp>
#include <dataflow/dataflow.hpp>
#include <optional>
#include <string>
#include <vector>

namespace shop {

namespace df = dataflow;

/// What every record has, whatever it is about.
struct Record {
  std::int64_t id = 0;
  df::timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Record, (), (id, created_at))

enum class Currency { eur, usd, gbp };
BOOST_DESCRIBE_ENUM(Currency, eur, usd, gbp)

/// First release: it can be sold.
namespace v1 {
struct Product {
  std::int64_t id = 0;
  std::string name;
  df::decimal<10, 2> price;
  std::optional<std::string> description;
};

struct Order : Record {
  std::int64_t product_id = 0;
  std::int32_t quantity = 1;
  df::decimal<10, 2> total;
  Currency currency = Currency::eur;

  static auto dataflow() {
    return df::table("orders").references(&Order::product_id, &Product::id).default_from_initializer(&Order::currency);
  }
};
BOOST_DESCRIBE_STRUCT(Order, (Record), (product_id, quantity, total, currency))
}  // namespace v1

/// Second release: a stock, and orders on their way.
namespace v2 {
struct Product {
  std::int64_t id = 0;
  std::string name;
  df::decimal<10, 2> price;
  std::optional<std::string> description;
  std::int32_t inventory_count = 0;     // new
  std::optional<std::string> sku;       // new
  std::optional<std::string> category;  // new

  static auto dataflow() { return df::table().default_from_initializer(&Product::inventory_count); }
};

struct Order : Record {
  std::int64_t product_id = 0;
  std::int32_t quantity = 1;
  df::decimal<10, 2> total;
  Currency currency = Currency::eur;
  std::string status = "pending";              // new
  std::optional<std::string> tracking_number;  // new

  static auto dataflow() {
    return df::table("orders").references(&Order::product_id, &Product::id).default_from_initializer(&Order::currency);
  }
};
BOOST_DESCRIBE_STRUCT(Order, (Record), (product_id, quantity, total, currency, status, tracking_number))
}  // namespace v2

/// Third release: pictures, data sheets, addresses, and whatever else comes along.
namespace v3 {
struct Product {
  std::int64_t id = 0;
  std::string name;
  df::decimal<10, 2> price;
  std::optional<std::string> description;
  std::int32_t inventory_count = 0;
  std::optional<std::string> sku;
  std::optional<std::string> category;
  std::optional<df::json> specifications;          // new
  std::optional<std::vector<std::string>> images;  // new
  bool is_featured = false;                        // new

  static auto dataflow() {
    return df::table()
        .default_from_initializer(&Product::inventory_count)
        .default_from_initializer(&Product::is_featured);
  }
};

struct Order : Record {
  std::int64_t product_id = 0;
  std::int32_t quantity = 1;
  df::decimal<10, 2> total;
  Currency currency = Currency::eur;
  std::string status = "pending";
  std::optional<std::string> tracking_number;
  std::optional<df::json> shipping_address;  // new
  std::optional<df::json> billing_address;   // new
  std::optional<df::json> metadata;          // new

  static auto dataflow() {
    return df::table("orders").references(&Order::product_id, &Product::id).default_from_initializer(&Order::currency);
  }
};
BOOST_DESCRIBE_STRUCT(Order, (Record),
                      (product_id, quantity, total, currency, status, tracking_number, shipping_address,
                       billing_address, metadata))
}  // namespace v3

}  // namespace shop
