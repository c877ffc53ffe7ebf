use palisade_diag::Finding;
use palisade_graph::Application;
use palisade_load::terraform::words::translated;

/// Says to a reader of Terraform what rules say in the words of CloudFormation, and to one of CDK programs nothing
/// in those of SAM.
pub fn in_own_words(application: &Application, finding: &mut Finding) {
    if application.interpreted() {
        finding.help = without_sam(&finding.help);
    }
    let Some(ty) = finding.resource.as_ref().and_then(|r| terraform_type(&r.address)) else { return };
    let ty = ty.to_owned();
    finding.help = translated(&without_sam(&finding.help), &ty);
    finding.message = translated(&finding.message, &ty).replace(".Arn}", ".arn}");
    finding.pattern = translated(&finding.pattern, &ty);
    for label in &mut finding.labels {
        label.text = translated(&label.text, &ty);
    }
}

/// What is said beside the words of CloudFormation for readers of SAM, `(SAM: …)`, says nothing to others.
fn without_sam(text: &str) -> String {
    let mut out = text.to_owned();
    while let Some(start) = out.find(" (SAM: ") {
        let Some(length) = out.get(start..).and_then(|rest| rest.find(')')) else { return out };
        out.replace_range(start..=start + length, "");
    }
    out
}

/// `aws_lambda_function` of `module.api["a"].aws_lambda_function.f[0]`.
fn terraform_type(address: &str) -> Option<&str> {
    // Keys may hold anything, and types hold no quotes.
    address
        .split('"')
        .step_by(2)
        .flat_map(|part| part.split('.'))
        .find(|step| step.starts_with("aws_") || step.starts_with("awscc_"))
}

#[cfg(test)]
mod tests {
    use super::terraform_type;

    #[test]
    fn words_of_sam_are_left_out() {
        let help = "set `A` (SAM: `B`) or `C`, or `D` (SAM: `E`)";
        assert_eq!(super::without_sam(help), "set `A` or `C`, or `D`");
        assert_eq!(super::without_sam("set `A` (SAM: `B`"), "set `A` (SAM: `B`");
    }

    #[test]
    fn types_are_found_in_addresses() {
        assert_eq!(terraform_type("module.a[\"aws_x.y\"].aws_sqs_queue.q[0]"), Some("aws_sqs_queue"));
        assert_eq!(terraform_type("aws_lambda_function.f"), Some("aws_lambda_function"));
        assert_eq!(terraform_type(""), None);
        assert_eq!(terraform_type("module.vpc"), None);
    }
}
