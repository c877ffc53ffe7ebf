//! Conditions: operators, keys, values.

use super::Case;

macro_rules! allow {
    ($condition:literal) => {
        concat!(r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"#, $condition, "}")
    };
}

macro_rules! deny {
    ($condition:literal) => {
        concat!(r#""Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"#, $condition, "}")
    };
}

pub const CASES: &[Case] = &[
    ("iam-duplicate-keys-by-case", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrgID":"o-a","aws:principalorgid":"o-b"}"#), Some("/Statement/0/Condition/StringEquals/aws:principalorgid")),
    ("iam-duplicate-keys-by-case", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrgID":"o-a"},"StringLike":{"aws:principalorgid":"o-b"}"#), None),
    ("iam-condition-operators-mixed-types", "identity", allow!(r#""NumericEquals":{"aws:MultiFactorAuthAge":[1,"2"]}"#), Some("/Statement/0/Condition/NumericEquals/aws:MultiFactorAuthAge")),
    ("iam-condition-operators-mixed-types", "identity", allow!(r#""NumericEquals":{"aws:MultiFactorAuthAge":[1,2]}"#), None),
    ("iam-condition-key-malformed", "identity", allow!(r#""StringEquals":{"SourceVpc":"x"}"#), Some("/Statement/0/Condition/StringEquals/SourceVpc")),
    ("iam-condition-key-malformed", "identity", allow!(r#""StringEquals":{"kms:EncryptionContext:aws:x":"x"}"#), None),
    ("iam-condition-several-booleans", "identity", allow!(r#""Bool":{"aws:SecureTransport":["true","false"]}"#), Some("/Statement/0/Condition/Bool/aws:SecureTransport")),
    ("iam-condition-several-booleans", "identity", allow!(r#""Bool":{"aws:SecureTransport":["true"]}"#), None),
    ("iam-unknown-condition-operator", "identity", allow!(r#""StringEqual":{"aws:PrincipalOrgID":"o-a"}"#), Some("/Statement/0/Condition/StringEqual")),
    ("iam-unknown-condition-operator", "identity", allow!(r#""ForAnyValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a"}"#), Some("/Statement/0/Condition/ForAnyValues:StringEquals")),
    ("iam-unknown-condition-operator", "identity", allow!(r#""stringequalsifexists":{"aws:PrincipalOrgID":"o-a"}"#), None),
    ("iam-null-with-if-exists", "identity", allow!(r#""NullIfExists":{"aws:PrincipalOrgID":"true"}"#), Some("/Statement/0/Condition/NullIfExists")),
    ("iam-null-with-if-exists", "identity", allow!(r#""Null":{"aws:PrincipalOrgID":"true"}"#), None),
    ("iam-unknown-global-condition-key", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrg":"o-a"}"#), Some("/Statement/0/Condition/StringEquals/aws:PrincipalOrg")),
    ("iam-unknown-global-condition-key", "identity", allow!(r#""StringEquals":{"AWS:principalORGid":"o-a","aws:RequestTag/x:y":"1"}"#), None),
    ("iam-unknown-service-condition-key", "identity", allow!(r#""StringEquals":{"s3:Prefx":"a"}"#), Some("/Statement/0/Condition/StringEquals/s3:Prefx")),
    ("iam-unknown-service-condition-key", "identity", allow!(r#""StringEquals":{"nothing:Prefix":"a"}"#), Some("/Statement/0/Condition/StringEquals/nothing:Prefix")),
    // Claims of identity providers are not in the catalogue.
    ("iam-unknown-service-condition-key", "trust", r#""Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"x","oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud":"x"}}"#, None),
    ("iam-unknown-service-condition-key", "identity", r#""Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{"StringEquals":{"secretsmanager:ResourceTag/team":"a"}}"#, None),
    ("iam-tag-key-missing", "identity", allow!(r#""StringEquals":{"aws:ResourceTag":"a"}"#), Some("/Statement/0/Condition/StringEquals/aws:ResourceTag")),
    ("iam-tag-key-missing", "identity", allow!(r#""StringEquals":{"aws:PrincipalTag/":"a"}"#), Some("/Statement/0/Condition/StringEquals/aws:PrincipalTag~1")),
    ("iam-tag-key-missing", "identity", allow!(r#""StringEquals":{"aws:PrincipalTag/team":"a"}"#), None),
    ("iam-global-key-deprecated", "identity", allow!(r#""ArnLike":{"aws:ARN":"arn:aws:iam::123456789012:role/x"}"#), Some("/Statement/0/Condition/ArnLike/aws:ARN")),
    ("iam-global-key-deprecated", "identity", allow!(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/x"}"#), None),
    ("iam-global-key-not-in-this-policy", "scp", deny!(r#""ArnLike":{"aws:ARN":"arn:aws:iam::123456789012:role/x"}"#), Some("/Statement/0/Condition/ArnLike/aws:ARN")),
    ("iam-global-key-not-in-this-policy", "identity", deny!(r#""ArnLike":{"aws:ARN":"arn:aws:iam::123456789012:role/x"}"#), None),
    ("iam-condition-region-invalid", "identity", allow!(r#""StringEquals":{"aws:RequestedRegion":["eu-central-1","eu-central"]}"#), Some("/Statement/0/Condition/StringEquals/aws:RequestedRegion/1")),
    ("iam-condition-region-invalid", "identity", allow!(r#""StringLike":{"aws:RequestedRegion":["eu-*","us-west-2"]}"#), None),
    ("iam-variable-with-wrong-operator", "identity", allow!(r#""NumericEquals":{"aws:MultiFactorAuthAge":"${aws:PrincipalTag/age}"}"#), Some("/Statement/0/Condition/NumericEquals/aws:MultiFactorAuthAge")),
    // AWS's page on operators lets variables stand with `Bool`.
    ("iam-variable-with-wrong-operator", "identity", allow!(r#""StringEquals":{"aws:PrincipalTag/a":"${aws:username}"},"Bool":{"aws:SecureTransport":"${aws:PrincipalTag/tls}"}"#), None),
    ("iam-set-operator-missing", "identity", r#""Effect":"Allow","Action":"ec2:CreateTags","Resource":"*","Condition":{"StringEquals":{"aws:TagKeys":"a"}}"#, Some("/Statement/0/Condition/StringEquals/aws:TagKeys")),
    ("iam-set-operator-missing", "identity", r#""Effect":"Allow","Action":"ec2:CreateTags","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#, None),
    ("iam-private-ip-in-allow", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.1.0/24"]}"#), Some("/Statement/0/Condition/IpAddress/aws:SourceIp")),
    ("iam-private-ip-in-allow", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["10.0.0.0/7"]}"#), None),
    ("iam-private-ip-in-not-ip", "identity", deny!(r#""NotIpAddress":{"aws:SourceIp":"172.31.0.0/16"}"#), Some("/Statement/0/Condition/NotIpAddress/aws:SourceIp")),
    ("iam-private-ip-in-not-ip", "identity", deny!(r#""NotIpAddress":{"aws:SourceIp":"172.32.0.0/16"}"#), None),
    ("iam-private-ip-among-values", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["203.0.113.0/24","10.0.0.0/8"]}"#), Some("/Statement/0/Condition/IpAddress/aws:SourceIp/1")),
    ("iam-private-ip-among-values", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]}"#), None),
    ("iam-private-ip-among-not-values", "identity", deny!(r#""NotIpAddress":{"aws:SourceIp":["fd00::/8","2001:db8::/32"]}"#), Some("/Statement/0/Condition/NotIpAddress/aws:SourceIp/0")),
    ("iam-private-ip-among-not-values", "identity", deny!(r#""NotIpAddress":{"aws:VpcSourceIp":["10.0.0.0/8","203.0.113.0/24"]}"#), None),
    ("iam-vpc-id-malformed", "identity", allow!(r#""StringEquals":{"aws:SourceVpc":["vpc-0123456789abcdef0","my-vpc"]}"#), Some("/Statement/0/Condition/StringEquals/aws:SourceVpc/1")),
    ("iam-vpc-id-malformed", "identity", allow!(r#""StringEquals":{"aws:SourceVpc":["vpc-1a2b3c4d","${aws:PrincipalTag/vpc}"]}"#), None),
    ("iam-endpoint-id-malformed", "identity", allow!(r#""StringEquals":{"aws:SourceVpce":"vpc-1a2b3c4d"}"#), Some("/Statement/0/Condition/StringEquals/aws:SourceVpce")),
    ("iam-endpoint-id-malformed", "identity", allow!(r#""StringLike":{"aws:SourceVpce":["vpce-1a2b3c4d","vpce-*"]}"#), None),
    ("iam-date-value-invalid", "identity", allow!(r#""DateLessThan":{"aws:CurrentTime":"2030-02-30T00:00:00Z"}"#), Some("/Statement/0/Condition/DateLessThan/aws:CurrentTime")),
    ("iam-date-value-invalid", "identity", allow!(r#""DateLessThan":{"aws:CurrentTime":"2028-02-29T00:00:00Z"}"#), None),
    ("iam-date-value-expected", "identity", allow!(r#""DateLessThan":{"aws:CurrentTime":"tomorrow"}"#), Some("/Statement/0/Condition/DateLessThan/aws:CurrentTime")),
    ("iam-date-value-expected", "identity", allow!(r#""DateLessThan":{"aws:EpochTime":"1893456000"}"#), None),
    ("iam-wildcard-without-like", "identity", allow!(r#""StringEquals":{"aws:PrincipalTag/team":"admin-*"}"#), Some("/Statement/0/Condition/StringEquals/aws:PrincipalTag~1team")),
    ("iam-wildcard-without-like", "identity", allow!(r#""StringLike":{"aws:PrincipalTag/team":"admin-*"},"StringEquals":{"aws:PrincipalTag/x":"${*}"}"#), None),
    ("iam-operator-type-mismatch", "identity", allow!(r#""StringEquals":{"aws:SourceIp":"203.0.113.7"}"#), Some("/Statement/0/Condition/StringEquals/aws:SourceIp")),
    ("iam-operator-type-mismatch", "identity", allow!(r#""IpAddress":{"aws:SourceIp":"203.0.113.7"},"NumericLessThan":{"aws:EpochTime":"1893456000"}"#), None),
    ("iam-boolean-value-expected", "identity", allow!(r#""Bool":{"aws:SecureTransport":"yes"}"#), Some("/Statement/0/Condition/Bool/aws:SecureTransport")),
    ("iam-boolean-value-expected", "identity", allow!(r#""Bool":{"aws:SecureTransport":true}"#), None),
    ("iam-ip-range-expected", "identity", allow!(r#""IpAddress":{"aws:SourceIp":"203.0.113.*"}"#), Some("/Statement/0/Condition/IpAddress/aws:SourceIp")),
    ("iam-ip-range-expected", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["203.0.113.7","2001:db8::/32"]}"#), None),
    ("iam-number-value-expected", "identity", allow!(r#""NumericLessThan":{"aws:MultiFactorAuthAge":"1h"}"#), Some("/Statement/0/Condition/NumericLessThan/aws:MultiFactorAuthAge")),
    ("iam-number-value-expected", "identity", allow!(r#""NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}"#), None),
    ("iam-string-operator-expected", "identity", allow!(r#""NumericEquals":{"aws:PrincipalTag/level":"3"}"#), Some("/Statement/0/Condition/NumericEquals/aws:PrincipalTag~1level")),
    ("iam-string-operator-expected", "identity", allow!(r#""StringEquals":{"aws:PrincipalTag/level":"3"}"#), None),
    ("iam-operator-usable-but-wrong", "identity", allow!(r#""StringEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/x"}"#), Some("/Statement/0/Condition/StringEquals/aws:PrincipalArn")),
    ("iam-operator-usable-but-wrong", "identity", allow!(r#""ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/x"},"StringLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}"#), None),
    ("iam-empty-condition-values", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrgID":[]}"#), Some("/Statement/0/Condition/StringEquals/aws:PrincipalOrgID")),
    ("iam-empty-condition-values", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrgID":["o-a"]}"#), None),
    ("iam-empty-values-for-all", "identity", allow!(r#""ForAllValues:StringEquals":{"aws:CalledVia":[]}"#), Some("/Statement/0/Condition/ForAllValues:StringEquals/aws:CalledVia")),
    ("iam-empty-values-for-all", "identity", allow!(r#""ForAnyValue:StringEquals":{"aws:CalledVia":[]}"#), None),
    ("iam-empty-values-for-any", "identity", allow!(r#""ForAnyValue:StringEquals":{"aws:CalledVia":[]}"#), Some("/Statement/0/Condition/ForAnyValue:StringEquals/aws:CalledVia")),
    ("iam-empty-values-for-any", "identity", allow!(r#""ForAnyValue:StringEquals":{"aws:CalledVia":["athena.amazonaws.com"]}"#), None),
    ("iam-empty-values-if-exists", "identity", allow!(r#""StringEqualsIfExists":{"aws:PrincipalOrgID":[]}"#), Some("/Statement/0/Condition/StringEqualsIfExists/aws:PrincipalOrgID")),
    ("iam-empty-values-if-exists", "identity", allow!(r#""StringEquals":{"aws:PrincipalOrgID":[]}"#), None),
    ("iam-ip-range-not-canonical", "identity", allow!(r#""IpAddress":{"aws:SourceIp":"203.0.113.7/24"}"#), Some("/Statement/0/Condition/IpAddress/aws:SourceIp")),
    ("iam-ip-range-not-canonical", "identity", allow!(r#""IpAddress":{"aws:SourceIp":["203.0.113.0/24","203.0.113.7/32"]}"#), None),
    ("iam-null-with-set-operator", "identity", allow!(r#""ForAllValues:Null":{"aws:CalledVia":"true"}"#), Some("/Statement/0/Condition/ForAllValues:Null/aws:CalledVia")),
    ("iam-null-with-set-operator", "identity", allow!(r#""Null":{"aws:CalledVia":"true"}"#), None),
    ("iam-redundant-number-value", "identity", allow!(r#""NumericLessThan":{"aws:MultiFactorAuthAge":["2700","3600"]}"#), Some("/Statement/0/Condition/NumericLessThan/aws:MultiFactorAuthAge")),
    ("iam-redundant-number-value", "identity", allow!(r#""NumericEquals":{"aws:MultiFactorAuthAge":["2700","3600"]}"#), None),
    ("iam-irrelevant-condition-key", "resource AWS::S3::BucketPolicy", r#""Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"s3:ResourceAccount":"123456789012"}}"#, Some("/Statement/0/Condition/StringEquals/s3:ResourceAccount")),
    ("iam-irrelevant-condition-key", "identity", allow!(r#""StringEquals":{"s3:ResourceAccount":"123456789012"}"#), None),
    ("iam-condition-key-not-for-action", "identity", allow!(r#""StringEquals":{"s3:prefix":"home/"}"#), Some("/Statement/0/Condition/StringEquals/s3:prefix")),
    ("iam-condition-key-not-for-action", "identity", r#""Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"*","Condition":{"StringEqualsIfExists":{"s3:prefix":"home/"}}"#, None),
    ("iam-condition-key-not-for-action", "identity", r#""Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"*","Condition":{"StringEquals":{"s3:prefix":"home/"}}"#, Some("/Statement/0/Condition/StringEquals/s3:prefix")),
    ("iam-condition-key-not-for-action", "identity", r#""Effect":"Allow","Action":["s3:List*","s3:*"],"Resource":"*","Condition":{"StringEquals":{"s3:prefix":"home/"}}"#, None),
    ("iam-key-not-for-action", "resource AWS::S3::BucketPolicy", r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"s3:prefix":"home/"}}"#, Some("/Statement/0/Condition/StringEquals/s3:prefix")),
    ("iam-key-not-for-action", "resource AWS::S3::BucketPolicy", r#""Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::b","Condition":{"StringEquals":{"s3:prefix":"home/"}}"#, None),
    ("iam-mfa-condition-ineffective", "identity", deny!(r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#), Some("/Statement/0/Condition/Bool/aws:MultiFactorAuthPresent")),
    ("iam-mfa-condition-ineffective", "identity", deny!(r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#), None),
    ("iam-mfa-condition-ineffective", "identity", allow!(r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#), Some("/Statement/0/Condition/BoolIfExists/aws:MultiFactorAuthPresent")),
    ("iam-mfa-condition-ineffective", "identity", allow!(r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#), None),
    ("iam-mfa-condition-ineffective", "identity", allow!(r#""Null":{"aws:MultiFactorAuthPresent":"false"}"#), Some("/Statement/0/Condition/Null/aws:MultiFactorAuthPresent")),
    // Another statement denies requests that lack the key.
    ("iam-mfa-condition-ineffective", "identity", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Null":{"aws:MultiFactorAuthPresent":"true"}}}]}"#, None),
];

#[test]
fn conditions() {
    super::check(CASES);
}
