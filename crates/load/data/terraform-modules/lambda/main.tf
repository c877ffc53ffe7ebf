data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  function = var.create && var.create_function && !var.create_layer
  layer    = var.create && var.create_layer
  role     = local.function && var.create_role

  # The package is built from the folder or file that is named first.
  sources = var.create_package && var.source_path != null ? flatten([var.source_path]) : []
  paths   = [for s in local.sources : try(s.path, s)]
  path    = length(local.paths) > 0 ? local.paths[0] : null
  built   = var.create && var.create_package && local.path != null
  is_file = can(regex("[.][A-Za-z0-9]+$", basename(local.path)))

  filename = var.local_existing_package != null ? var.local_existing_package : (
    var.store_on_s3 || !local.built ? null : data.archive_file.package[0].output_path
  )
  s3_bucket = var.s3_existing_package != null ? try(var.s3_existing_package.bucket, null) : (
    var.store_on_s3 ? var.s3_bucket : null
  )
  s3_key = var.s3_existing_package != null ? try(var.s3_existing_package.key, null) : (
    var.store_on_s3 ? aws_s3_object.lambda_package[0].key : null
  )
  s3_object_version = var.s3_existing_package != null ? try(var.s3_existing_package.version_id, null) : (
    var.store_on_s3 ? try(aws_s3_object.lambda_package[0].version_id, null) : null
  )

  log_group_name = coalesce(
    var.logging_log_group, "/aws/lambda/${var.lambda_at_edge ? "us-east-1." : ""}${var.function_name}"
  )
}

data "archive_file" "package" {
  count       = local.built ? 1 : 0
  type        = "zip"
  source_dir  = local.is_file ? null : local.path
  source_file = local.is_file ? local.path : null
  output_path = "${var.artifacts_dir}/package.zip"
}

resource "aws_s3_object" "lambda_package" {
  count                  = var.create && var.store_on_s3 && var.create_package ? 1 : 0
  bucket                 = var.s3_bucket
  acl                    = var.s3_acl
  key                    = "${var.s3_prefix == null ? "" : var.s3_prefix}${var.artifacts_dir}/package.zip"
  source                 = try(data.archive_file.package[0].output_path, null)
  storage_class          = var.s3_object_storage_class
  server_side_encryption = var.s3_server_side_encryption
  kms_key_id             = var.s3_kms_key_id
  tags                   = var.s3_object_tags_only ? var.s3_object_tags : merge(var.tags, var.s3_object_tags)
}

resource "aws_lambda_function" "this" {
  count = local.function ? 1 : 0

  function_name                  = var.function_name
  description                    = var.description
  role                           = var.create_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  package_type                   = var.package_type
  handler                        = var.package_type == "Zip" ? var.handler : null
  runtime                        = var.package_type == "Zip" ? var.runtime : null
  image_uri                      = var.image_uri
  filename                       = local.filename
  s3_bucket                      = local.s3_bucket
  s3_key                         = local.s3_key
  s3_object_version              = local.s3_object_version
  memory_size                    = var.memory_size
  timeout                        = var.lambda_at_edge ? min(var.timeout, 30) : var.timeout
  reserved_concurrent_executions = var.reserved_concurrent_executions
  layers                         = var.layers
  architectures                  = var.architectures
  publish                        = var.lambda_at_edge || var.snap_start ? true : var.publish
  kms_key_arn                    = var.kms_key_arn
  code_signing_config_arn        = var.code_signing_config_arn
  skip_destroy                   = var.skip_destroy
  tags                           = merge(var.tags, var.function_tags)

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size != null ? [var.ephemeral_storage_size] : []
    content {
      size = ephemeral_storage.value
    }
  }

  dynamic "environment" {
    for_each = length(var.environment_variables) > 0 ? [var.environment_variables] : []
    content {
      variables = environment.value
    }
  }

  dynamic "image_config" {
    for_each = (
      length(var.image_config_entry_point) > 0 || length(var.image_config_command) > 0 ||
      var.image_config_working_directory != null ? [1] : []
    )
    content {
      entry_point       = var.image_config_entry_point
      command           = var.image_config_command
      working_directory = var.image_config_working_directory
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn != null ? [var.dead_letter_target_arn] : []
    content {
      target_arn = dead_letter_config.value
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode != null ? [var.tracing_mode] : []
    content {
      mode = tracing_config.value
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [1] : []
    content {
      subnet_ids                  = var.vpc_subnet_ids
      security_group_ids          = var.vpc_security_group_ids
      ipv6_allowed_for_dual_stack = var.ipv6_allowed_for_dual_stack
    }
  }

  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [1] : []
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? ["PublishedVersions"] : []
    content {
      apply_on = snap_start.value
    }
  }

  logging_config {
    log_group             = var.logging_log_group
    log_format            = var.logging_log_format
    application_log_level = var.logging_log_format == "Text" ? null : var.logging_application_log_level
    system_log_level      = var.logging_log_format == "Text" ? null : var.logging_system_log_level
  }
}

resource "aws_lambda_layer_version" "this" {
  count                    = local.layer ? 1 : 0
  layer_name               = var.layer_name
  description              = var.description
  license_info             = var.license_info
  compatible_runtimes      = length(var.compatible_runtimes) > 0 ? var.compatible_runtimes : (var.runtime == "" ? null : [var.runtime])
  compatible_architectures = var.compatible_architectures
  skip_destroy             = var.layer_skip_destroy
  filename                 = local.filename
  s3_bucket                = local.s3_bucket
  s3_key                   = local.s3_key
  s3_object_version        = local.s3_object_version
}

data "aws_cloudwatch_log_group" "lambda" {
  count = local.function && var.use_existing_cloudwatch_log_group ? 1 : 0
  name  = local.log_group_name
}

resource "aws_cloudwatch_log_group" "lambda" {
  count             = local.function && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name              = local.log_group_name
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
  skip_destroy      = var.cloudwatch_logs_skip_destroy
  log_group_class   = var.cloudwatch_logs_log_group_class
  tags              = merge(var.tags, var.cloudwatch_logs_tags)
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count                             = local.function && var.provisioned_concurrent_executions > -1 ? 1 : 0
  function_name                     = aws_lambda_function.this[0].function_name
  qualifier                         = aws_lambda_function.this[0].version
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

resource "aws_lambda_function_recursion_config" "this" {
  count          = local.function && var.recursive_loop != null ? 1 : 0
  function_name  = aws_lambda_function.this[0].function_name
  recursive_loop = var.recursive_loop
}

locals {
  asynchronous = local.function && var.create_async_event_config
  qualifiers = toset(concat(
    local.asynchronous && var.create_current_version_async_event_config ? ["current_version"] : [],
    local.asynchronous && var.create_unqualified_alias_async_event_config ? ["unqualified_alias"] : [],
  ))
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each                     = local.qualifiers
  function_name                = aws_lambda_function.this[0].function_name
  qualifier                    = each.key == "current_version" ? aws_lambda_function.this[0].version : null
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [1] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure != null ? [var.destination_on_failure] : []
        content {
          destination = on_failure.value
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success != null ? [var.destination_on_success] : []
        content {
          destination = on_success.value
        }
      }
    }
  }
}

resource "aws_lambda_permission" "current_version_triggers" {
  for_each               = local.function && var.create_current_version_allowed_triggers ? var.allowed_triggers : {}
  function_name          = aws_lambda_function.this[0].function_name
  qualifier              = aws_lambda_function.this[0].version
  statement_id_prefix    = try(each.value.statement_id, each.key)
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each               = local.function && var.create_unqualified_alias_allowed_triggers ? var.allowed_triggers : {}
  function_name          = aws_lambda_function.this[0].function_name
  statement_id_prefix    = try(each.value.statement_id, each.key)
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, "${each.value.service}.amazonaws.com", ".amazonaws.com")
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                           = local.function && var.create_unqualified_alias_allowed_triggers ? var.event_source_mapping : {}
  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  enabled                            = try(each.value.enabled, true)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  starting_position                  = try(each.value.starting_position, null)
  starting_position_timestamp        = try(each.value.starting_position_timestamp, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  tumbling_window_in_seconds         = try(each.value.tumbling_window_in_seconds, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)
  function_response_types            = try(each.value.function_response_types, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) != null ? [each.value.destination_arn_on_failure] : []
    content {
      on_failure {
        destination_arn = destination_config.value
      }
    }
  }

  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }

  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }

  dynamic "self_managed_kafka_event_source_config" {
    for_each = try(each.value.self_managed_kafka_event_source_config, [])
    content {
      consumer_group_id = try(self_managed_kafka_event_source_config.value.consumer_group_id, null)
    }
  }

  dynamic "amazon_managed_kafka_event_source_config" {
    for_each = try(each.value.amazon_managed_kafka_event_source_config, [])
    content {
      consumer_group_id = try(amazon_managed_kafka_event_source_config.value.consumer_group_id, null)
    }
  }

  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }

  dynamic "filter_criteria" {
    for_each = try([each.value.filter_criteria], [])
    content {
      dynamic "filter" {
        for_each = flatten([filter_criteria.value])
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }

  dynamic "document_db_event_source_config" {
    for_each = try(each.value.document_db_event_source_config, [])
    content {
      database_name   = document_db_event_source_config.value.database_name
      collection_name = try(document_db_event_source_config.value.collection_name, null)
      full_document   = try(document_db_event_source_config.value.full_document, null)
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count              = local.function && var.create_lambda_function_url ? 1 : 0
  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = var.create_unqualified_alias_lambda_function_url ? null : aws_lambda_function.this[0].version
  authorization_type = var.authorization_type
  invoke_mode        = var.invoke_mode

  dynamic "cors" {
    for_each = length(var.cors) > 0 ? [var.cors] : []
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_headers     = try(cors.value.allow_headers, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
      expose_headers    = try(cors.value.expose_headers, null)
      max_age           = try(cors.value.max_age, null)
    }
  }
}
