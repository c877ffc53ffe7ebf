# Names and tags of resources: no resource of its own.
variable "enabled" { default = null }
variable "namespace" { default = null }
variable "tenant" { default = null }
variable "environment" { default = null }
variable "stage" { default = null }
variable "name" { default = null }
variable "delimiter" { default = null }
variable "attributes" { default = [] }
variable "tags" { default = {} }
variable "additional_tag_map" { default = {} }
variable "label_order" { default = null }
variable "regex_replace_chars" { default = null }
variable "id_length_limit" { default = null }
variable "label_key_case" { default = null }
variable "label_value_case" { default = null }
variable "context" { default = {} }

locals {
  # What is given here wins over what the context hands down.
  given = {
    namespace   = try(coalesce(var.namespace), var.context.namespace, null)
    tenant      = try(coalesce(var.tenant), var.context.tenant, null)
    environment = try(coalesce(var.environment), var.context.environment, null)
    stage       = try(coalesce(var.stage), var.context.stage, null)
    name        = try(coalesce(var.name), var.context.name, null)
  }
  enabled    = try(coalesce(var.enabled, var.context.enabled), true)
  delimiter  = var.delimiter != null ? var.delimiter : try(coalesce(var.context.delimiter), "-")
  order      = try(coalesce(var.label_order), coalesce(var.context.label_order), ["namespace", "environment", "stage", "name", "attributes"])
  unwanted   = try(coalesce(var.regex_replace_chars), coalesce(var.context.regex_replace_chars), "/[^-a-zA-Z0-9]/")
  value_case = try(coalesce(var.label_value_case), coalesce(var.context.label_value_case), "lower")
  key_case   = try(coalesce(var.label_key_case), coalesce(var.context.label_key_case), "title")
  limit      = try(coalesce(var.id_length_limit), coalesce(var.context.id_length_limit), 0)

  kept = merge(
    { for k, v in local.given : k => v == null ? "" : replace(v, local.unwanted, "") },
    { attributes = join(local.delimiter, [for a in local.all : replace(a, local.unwanted, "")]) },
  )
  all = compact(distinct(concat(try(coalesce(var.context.attributes), []), var.attributes == null ? [] : var.attributes)))
  labels = { for k, v in local.kept : k => (
    local.value_case == "none" ? v : local.value_case == "title" ? title(lower(v)) : local.value_case == "upper" ? upper(v) : lower(v)
  ) }

  id_full = join(local.delimiter, compact([for l in local.order : local.labels[l]]))
  id      = local.limit != 0 && length(local.id_full) > local.limit ? substr(local.id_full, 0, local.limit) : local.id_full

  generated = { for k, v in merge(local.labels, { name = local.id }) : (
    local.key_case == "upper" ? upper(k) : local.key_case == "lower" ? lower(k) : title(k)
  ) => v if v != "" }
  tags = merge(local.generated, try(coalesce(var.context.tags), {}), var.tags)
}

output "id" { value = local.enabled ? local.id : "" }
output "id_full" { value = local.enabled ? local.id_full : "" }
output "enabled" { value = local.enabled }
output "namespace" { value = local.enabled ? local.labels.namespace : "" }
output "tenant" { value = local.enabled ? local.labels.tenant : "" }
output "environment" { value = local.enabled ? local.labels.environment : "" }
output "stage" { value = local.enabled ? local.labels.stage : "" }
output "name" { value = local.enabled ? local.labels.name : "" }
output "delimiter" { value = local.delimiter }
output "attributes" { value = local.all }
output "tags" { value = local.enabled ? local.tags : {} }
output "tags_as_list_of_maps" { value = [for k, v in local.tags : { key = k, value = v }] }
output "label_order" { value = local.order }
output "context" {
  value = {
    enabled             = local.enabled
    namespace           = local.labels.namespace
    tenant              = local.labels.tenant
    environment         = local.labels.environment
    stage               = local.labels.stage
    name                = local.labels.name
    delimiter           = local.delimiter
    attributes          = local.all
    tags                = local.tags
    additional_tag_map  = var.additional_tag_map
    label_order         = local.order
    regex_replace_chars = local.unwanted
    id_length_limit     = local.limit
    label_key_case      = local.key_case
    label_value_case    = local.value_case
  }
}
