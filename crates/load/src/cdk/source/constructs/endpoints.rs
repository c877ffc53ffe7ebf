//! Endpoints of networks.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value};
use super::given::{constant, options};
use super::lambda::argument;
use super::{Library, Props, concat, iam, pseudo};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if !matches!(class, "aws_ec2.InterfaceVpcEndpoint" | "aws_ec2.GatewayVpcEndpoint") {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let vpc = props.get("vpc");
    endpoint(lib, h, &vpc, &props.get("service"), place);
    true
}

/// Those that a network is made with.
pub fn of_vpc(lib: &mut Library<'_>, vpc: Handle, props: &Value, place: Place) {
    let given = props.get("gatewayEndpoints");
    let names: Vec<String> = lib.val(&given).entries().iter().map(|e| e.key.to_string()).collect();
    for name in names {
        let service = given.get(&name).get("service");
        let h = lib.child(Some(vpc), &name, "aws_ec2.GatewayVpcEndpoint", Value::null(), place);
        endpoint(lib, h, &Value::Host(vpc), &service, place);
    }
}

/// Methods of networks and endpoints.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if class.ends_with("VpcEndpoint") && method == "addToPolicy" {
        let id = lib.get(on)?.resource.clone()?;
        if lib.property(&id, "PolicyDocument").is_null() {
            lib.edit(&id, &["PolicyDocument"], at.block, iam::document(Vec::new(), at.block));
        }
        let statement = iam::statement(lib, arguments.first().unwrap_or(&Value::default()));
        lib.append(&id, &["PolicyDocument", "Statement"], statement);
        return Some(Value::null());
    }
    let made = match method {
        "addInterfaceEndpoint" => "aws_ec2.InterfaceVpcEndpoint",
        "addGatewayEndpoint" => "aws_ec2.GatewayVpcEndpoint",
        _ => return None,
    };
    if !class.starts_with("aws_ec2.Vpc") {
        return None;
    }
    let id = lib.val(&argument(arguments, 0, "id")).display();
    let service = options(lib, arguments, 1).get("service");
    let h = lib.child(Some(on), &id, made, Value::null(), at);
    endpoint(lib, h, &Value::Host(on), &service, at);
    Some(Value::Host(h))
}

fn endpoint(lib: &mut Library<'_>, h: Handle, vpc: &Value, service: &Value, place: Place) {
    let gateway = lib.class(h) == "aws_ec2.GatewayVpcEndpoint";
    let val = Props::new()
        .set("ServiceName", name(lib, service, place.key))
        .set("VpcEndpointType", Val::str(if gateway { "Gateway" } else { "Interface" }, place.key))
        .set("VpcId", lib.val(vpc))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::EC2::VPCEndpoint", val);
}

/// `com.amazonaws.${AWS::Region}.sqs`
fn name(lib: &Library<'_>, service: &Value, span: Span) -> Val {
    let of_aws = |tail: Val| {
        let head = Val::str("com.amazonaws.", span);
        concat(vec![head, pseudo("AWS::Region", span), Val::str(".", span), tail], span)
    };
    if let Some(object) = service.handle().and_then(|h| lib.get(h)) {
        let own = lib.val(&object.props.item(0));
        return if object.class.ends_with("AwsService") { of_aws(own) } else { own };
    }
    match constant(service) {
        Some("STEP_FUNCTIONS") => of_aws(Val::str("states", span)),
        Some("EVENTBRIDGE" | "CLOUDWATCH_EVENTS") => of_aws(Val::str("events", span)),
        Some("SECRETS_MANAGER") => of_aws(Val::str("secretsmanager", span)),
        Some("CLOUDWATCH_LOGS") => of_aws(Val::str("logs", span)),
        Some("APIGATEWAY") => of_aws(Val::str("execute-api", span)),
        Some("ECR") => of_aws(Val::str("ecr.api", span)),
        Some("ECR_DOCKER") => of_aws(Val::str("ecr.dkr", span)),
        Some(name) => of_aws(Val::str(name.to_ascii_lowercase().replace('_', "-"), span)),
        None => lib.val(service),
    }
}
