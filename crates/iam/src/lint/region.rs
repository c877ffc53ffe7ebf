//! Partitions and Regions.
//!
//! <https://docs.aws.amazon.com/general/latest/gr/rande.html>

use super::pattern::covers;

/// All partitions.
pub(super) const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// All Regions, those of the isolated partitions among them.
pub(super) const REGIONS: [&str; 46] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// Whether a text or pattern fits a Region.
pub(super) fn is_region(text: &str) -> bool {
    REGIONS.iter().any(|region| covers(text, region, true))
}

/// Whether a Region is one of a partition, by the beginning of its name.
pub(super) fn belongs(partition: &str, region: &str) -> bool {
    let start = |heads: &[&str]| heads.iter().any(|head| region.starts_with(head));
    match partition {
        "aws-cn" => start(&["cn-"]),
        "aws-us-gov" => start(&["us-gov-"]),
        "aws-iso" => start(&["us-iso-"]),
        "aws-iso-b" => start(&["us-isob-"]),
        "aws-iso-e" => start(&["eu-isoe-"]),
        "aws-iso-f" => start(&["us-isof-"]),
        "aws-eusc" => start(&["eusc-"]),
        "aws" => !start(&["cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"]),
        _ => true,
    }
}
