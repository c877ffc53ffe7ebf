//! CloudFormation templates: intrinsics, parameters, conditions, mappings, nested stacks, loops.
