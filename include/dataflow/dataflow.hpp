// Everything an application needs to declare models and migrate.
#pragma once
#include "dataflow/error.hpp"
#include "dataflow/migrate.hpp"
#include "dataflow/reflect.hpp"
