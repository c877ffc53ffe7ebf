//! CDK applications read from their programs.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod apis;

use std::collections::BTreeMap;

use palisade_graph::Val;
use palisade_load::{Failure, FailureKind, Files, Inputs, Resource, Stack, WalkOptions, cdk};
use palisade_source::{Jail, Limits};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    folder
}

fn load_with(files: &[(&str, &str)], inputs: &Inputs) -> (Stack, Vec<Failure>) {
    let folder = tree(files);
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    std::thread::scope(|scope| {
        let read = || {
            let loaded = Files::new(&jail, &limits);
            let worlds = cdk::source::load(&loaded, "cdk.json", inputs);
            let stack = worlds.into_iter().next().map(|(_, s)| s).unwrap_or_default();
            (stack, loaded.finish().failures)
        };
        let thread = std::thread::Builder::new().stack_size(cdk::source::STACK);
        thread.spawn_scoped(scope, read).unwrap().join().unwrap()
    })
}

fn load(files: &[(&str, &str)]) -> Stack {
    let (stack, failures) = load_with(files, &Inputs::default());
    assert_eq!(failures, []);
    stack
}

/// An application of one file, in TypeScript.
fn typescript(body: &str) -> Stack {
    let head = "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n\
                import * as path from 'path';\nimport { Construct } from 'constructs';\n";
    let text = format!(
        "{head}class S extends cdk.Stack {{ constructor(scope: Construct, id: string, props?: any) {{\n\
         super(scope, id, props);\n{body}\n}} }}\nconst app = new cdk.App();\nnew S(app, 'S');\n"
    );
    load(&[
        ("cdk.json", r#"{"app": "npx ts-node bin/app.ts", "context": {"stage": "dev"}}"#),
        ("bin/app.ts", &text),
    ])
}

fn by_name<'a>(stack: &'a Stack, name: &str) -> &'a Resource {
    let names: Vec<&str> = stack.resources.values().map(|r| r.name.as_str()).collect();
    let found = stack.resources.values().find(|r| r.name == name);
    assert!(found.is_some(), "{name} in {names:?}");
    found.unwrap()
}

fn functions(stack: &Stack) -> Vec<&str> {
    stack.of_type("AWS::Lambda::Function").map(|r| r.name.as_str()).collect()
}

/// Every resource as it is deployed, wherever it stands.
fn shape(stack: &Stack) -> BTreeMap<String, (String, String)> {
    let one =
        |r: &Resource| (r.id.to_string(), (format!("{} {}", r.ty, r.name), r.props.to_json().to_string()));
    stack.resources.values().map(one).collect()
}

const CDK_TS: &str = r#"{"app": "npx ts-node --prefer-ts-exts bin/app.ts", "context": {"stage": "dev"}}"#;
const CDK_PY: &str = r#"{"app": "python3 app.py", "context": {"stage": "dev"}}"#;

const APP_TS: &str = r"
import { App, Tags } from 'aws-cdk-lib';
import { Api } from '../lib/api';
const app = new App();
const stage = app.node.tryGetContext('stage');
new Api(app, `Shop-${stage}`, { memory: 512, tables: ['orders', 'carts'] });
";

const API_TS: &str = r"
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Worker } from './worker';

interface ApiProps extends StackProps { memory: number; tables: string[] }

export class Api extends Stack {
  readonly handler: lambda.Function;
  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id, props);
    const dead = new Queue(this, 'Dead');
    const queue = new Queue(this, 'Jobs', {
      visibilityTimeout: Duration.minutes(1),
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    });
    this.handler = new lambda.Function(this, 'Handler', {
      runtime: lambda.Runtime.PYTHON_3_9,
      handler: 'app.handler',
      code: lambda.Code.fromAsset('src'),
      timeout: Duration.seconds(20),
      memorySize: props.memory,
      environment: { QUEUE: queue.queueUrl },
      tracing: lambda.Tracing.ACTIVE,
    });
    this.handler.addEnvironment('MODE', 'fast');
    this.handler.addToRolePolicy(new iam.PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }));
    props.tables.forEach((name) => {
      const table = new Table(this, `${name}-table`, { partitionKey: { name: 'id', type: AttributeType.STRING } });
      new Worker(this, name, table);
    });
  }
}
";

const WORKER_TS: &str = r"
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
export class Worker extends Construct {
  constructor(scope: Construct, id: string, table: ITable, runtime = lambda.Runtime.NODEJS_18_X) {
    super(scope, id);
    new lambda.Function(this, 'Fn', {
      runtime, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = 1'),
      environment: { TABLE: table.tableName },
    });
  }
}
";

const APP_PY: &str = r#"
#!/usr/bin/env python3
import aws_cdk as cdk
from shop.api import Api

app = cdk.App()
stage = app.node.try_get_context("stage")
Api(app, f"Shop-{stage}", memory=512, tables=["orders", "carts"])
app.synth()
"#;

const API_PY: &str = r#"
from aws_cdk import Duration, Stack, aws_iam as iam, aws_lambda as _lambda, aws_sqs as sqs
from aws_cdk.aws_dynamodb import Attribute, AttributeType, Table
from constructs import Construct
from .worker import Worker


class Api(Stack):
    def __init__(self, scope: Construct, construct_id: str, memory: int, tables: list, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        dead = sqs.Queue(self, "Dead")
        queue = sqs.Queue(
            self,
            "Jobs",
            visibility_timeout=Duration.minutes(1),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3),
        )
        self.handler = _lambda.Function(
            self,
            "Handler",
            runtime=_lambda.Runtime.PYTHON_3_9,
            handler="app.handler",
            code=_lambda.Code.from_asset("src"),
            timeout=Duration.seconds(20),
            memory_size=memory,
            environment={"QUEUE": queue.queue_url},
            tracing=_lambda.Tracing.ACTIVE,
        )
        self.handler.add_environment("MODE", "fast")
        self.handler.add_to_role_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue.queue_arn])
        )
        for name in tables:
            table = Table(self, name + "-table", partition_key=Attribute(name="id", type=AttributeType.STRING))
            Worker(self, name, table)
"#;

const WORKER_PY: &str = r#"
from aws_cdk import aws_lambda as _lambda
from constructs import Construct


class Worker(Construct):
    def __init__(self, scope, id, table, runtime=_lambda.Runtime.NODEJS_18_X):
        super().__init__(scope, id)
        _lambda.Function(
            self, "Fn", runtime=runtime, handler="index.handler",
            code=_lambda.Code.from_inline("exports.handler = 1"),
            environment={"TABLE": table.table_name},
        )
"#;

fn shop_typescript() -> Stack {
    load(&[
        ("cdk.json", CDK_TS),
        ("bin/app.ts", APP_TS),
        ("lib/api.ts", API_TS),
        ("lib/worker.ts", WORKER_TS),
        ("src/app.py", ""),
    ])
}

#[test]
fn the_same_application_in_both_languages_deploys_the_same() {
    let python = load(&[
        ("cdk.json", CDK_PY),
        ("app.py", APP_PY),
        ("shop/__init__.py", ""),
        ("shop/api.py", API_PY),
        ("shop/worker.py", WORKER_PY),
        ("src/app.py", ""),
    ]);
    assert_eq!(shape(&shop_typescript()), shape(&python));
}

#[test]
fn a_function_has_the_paths_ids_and_defaults_of_the_library() {
    let stack = shop_typescript();
    assert_eq!(functions(&stack), ["Shop-dev/Handler", "Shop-dev/orders/Fn", "Shop-dev/carts/Fn"]);
    let handler = by_name(&stack, "Shop-dev/Handler");
    // The library's ids: the path without `Resource`, and the start of the MD5 sum of the path with it.
    assert_eq!(handler.id, "Handler886CB40B");
    assert_eq!(handler.source_root.as_deref(), Some("src"));
    let text = |path: &str| handler.props.at(path).display().to_string();
    assert_eq!(text("Runtime"), "python3.9");
    assert_eq!(text("Handler"), "app.handler");
    assert_eq!(text("Timeout"), "20");
    assert_eq!(text("MemorySize"), "512");
    assert_eq!(text("TracingConfig.Mode"), "Active");
    assert_eq!(text("Environment.Variables.MODE"), "fast");
    let queue = by_name(&stack, "Shop-dev/Jobs");
    assert_eq!(text("Environment.Variables.QUEUE"), format!("${{{}}}", queue.id));
    let role = by_name(&stack, "Shop-dev/Handler/ServiceRole");
    assert_eq!(text("Role"), format!("${{{}.Arn}}", role.id));
    let managed: Vec<String> =
        role.props.get("ManagedPolicyArns").items().iter().map(|v| v.display().to_string()).collect();
    assert_eq!(managed, ["arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]);
    let policy = by_name(&stack, "Shop-dev/Handler/ServiceRole/DefaultPolicy");
    let actions: Vec<String> = policy
        .props
        .at("PolicyDocument.Statement")
        .items()
        .iter()
        .flat_map(|s| s.get("Action").items().to_vec())
        .map(|a| a.display().to_string())
        .collect();
    assert_eq!(actions, ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "sqs:SendMessage"]);
    assert_eq!(queue.props.get("VisibilityTimeout").as_int(), Some(60));
    assert_eq!(queue.props.at("RedrivePolicy.maxReceiveCount").as_int(), Some(3));
    let table = by_name(&stack, "Shop-dev/orders-table");
    let worker = by_name(&stack, "Shop-dev/orders/Fn");
    assert_eq!(worker.props.at("Environment.Variables.TABLE").display(), format!("${{{}}}", table.id));
    assert_eq!(worker.props.get("Runtime").as_str(), Some("nodejs18.x"));
}

#[test]
fn values_point_at_what_is_written() {
    let folder = tree(&[
        ("cdk.json", CDK_TS),
        ("bin/app.ts", APP_TS),
        ("lib/api.ts", API_TS),
        ("lib/worker.ts", WORKER_TS),
    ]);
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let worlds = cdk::source::load(&files, "cdk.json", &Inputs::default());
    let stack = &worlds.first().unwrap().1;
    let store = files.finish().store;
    let slice = |v: &Val| {
        let file = store.get(v.span.file).unwrap();
        (file.path.to_string(), file.slice(v.span.start, v.span.end).to_owned())
    };
    let handler = by_name(stack, "Shop-dev/Handler");
    assert_eq!(slice(handler.props.get("Runtime")), ("lib/api.ts".into(), "PYTHON_3_9".into()));
    assert_eq!(slice(handler.props.get("Timeout")), ("lib/api.ts".into(), "20".into()));
    // A value that another file hands over stays where it was written.
    assert_eq!(slice(handler.props.get("MemorySize")), ("bin/app.ts".into(), "512".into()));
    assert_eq!(slice(handler.props.get("Handler")), ("lib/api.ts".into(), "'app.handler'".into()));
    let file = store.get(handler.block.file).unwrap();
    assert!(
        file.slice(handler.block.start, handler.block.end).starts_with("new lambda.Function(this, 'Handler'")
    );
    assert_eq!(file.slice(handler.key.start, handler.key.end), "lambda.Function");
}

#[test]
fn what_is_not_known_is_unknown_and_not_a_default() {
    let stack = typescript(
        "new lambda.Function(this, 'F', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'i.h',
           code: lambda.Code.fromAsset('x'), memorySize: Number(process.env.MEMORY),
           environment: { MODE: process.env.MODE || 'dev', ON: process.env.X === 'y' ? 'a' : 'b' } });",
    );
    let props = &by_name(&stack, "S/F").props;
    assert!(props.get("MemorySize").any_unknown());
    assert!(props.at("Environment.Variables.MODE").any_unknown());
    assert!(props.at("Environment.Variables.ON").any_unknown());
}

#[test]
fn what_the_user_says_is_known() {
    let files = [
        ("cdk.json", r#"{"app": "node app.js", "context": {"size": 128, "kept": "file"}}"#),
        (
            "app.js",
            "const cdk = require('aws-cdk-lib'); const { Function, Runtime, Code } = require('aws-cdk-lib/aws-lambda');
             const app = new cdk.App(); const s = new cdk.Stack(app, 'S');
             new Function(s, 'F', { runtime: Runtime.NODEJS_20_X, handler: 'i.h', code: Code.fromAsset('.'),
               memorySize: app.node.tryGetContext('size'), description: app.node.tryGetContext('kept'),
               environment: { A: process.env.A } });",
        ),
    ];
    let inputs = Inputs {
        params: BTreeMap::from([("size".to_owned(), "256".to_owned())]),
        env: BTreeMap::from([("A".to_owned(), "set".to_owned())]),
        ..Inputs::default()
    };
    let (stack, failures) = load_with(&files, &inputs);
    assert_eq!(failures, []);
    let props = &by_name(&stack, "S/F").props;
    assert_eq!(props.get("MemorySize").as_int(), Some(256));
    assert_eq!(props.get("Description").as_str(), Some("file"));
    assert_eq!(props.at("Environment.Variables.A").as_str(), Some("set"));
}

#[test]
fn both_branches_of_an_open_question_are_read() {
    let stack = typescript(
        "let size = 128;
         if (process.env.BIG) { size = 1024; new cdk.aws_sqs.Queue(this, 'Yes'); } else { new cdk.aws_sqs.Queue(this, 'No'); }
         if (this.node.tryGetContext('stage') === 'dev') new cdk.aws_sqs.Queue(this, 'Dev');
         if (this.node.tryGetContext('stage') === 'prod') new cdk.aws_sqs.Queue(this, 'Prod');
         new lambda.Function(this, 'F', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'h', code: lambda.Code.fromAsset('x'), memorySize: size });",
    );
    let queues: Vec<&str> = stack.of_type("AWS::SQS::Queue").map(|r| r.name.as_str()).collect();
    assert_eq!(queues, ["S/Yes", "S/No", "S/Dev"]);
    assert!(by_name(&stack, "S/F").props.get("MemorySize").any_unknown());
}

#[test]
fn loops_are_unrolled_and_others_are_read_once() {
    let stack = typescript(
        "for (let i = 0; i < 3; i++) new cdk.aws_sqs.Queue(this, `N${i}`);
         for (const [k, v] of Object.entries({ a: 1, b: 2 })) new cdk.aws_sqs.Queue(this, k + v);
         ['x', 'y'].map((n) => n.toUpperCase()).filter((n) => n !== 'Y').forEach((n) => new cdk.aws_sqs.Queue(this, n));
         for (const z of unknown) new cdk.aws_sqs.Queue(this, 'Each');
         let many = []; for (let i = 0; i < 200; i++) many.push(i);
         many.forEach((i) => new cdk.aws_sns.Topic(this, 'T' + i));",
    );
    let queues: Vec<&str> = stack.of_type("AWS::SQS::Queue").map(|r| r.name.as_str()).collect();
    assert_eq!(queues, ["S/N0", "S/N1", "S/N2", "S/a1", "S/b2", "S/X", "S/Each"]);
    // The first hundred, and one that stands for the others.
    assert!(stack.of_type("AWS::SNS::Topic").count() <= 101);
    assert!(stack.of_type("AWS::SNS::Topic").count() >= 100);
}

#[test]
fn own_classes_are_followed_through_their_bases() {
    let stack = load(&[
        ("cdk.json", CDK_TS),
        (
            "bin/app.ts",
            "import * as cdk from '@aws-cdk/core';
             import { Base } from '../lib';
             class Mine extends Base { size() { return super.size() + 1 } get label() { return Mine.PREFIX + 'x' } static PREFIX = 'p-'; }
             new Mine(new cdk.App(), 'M', { name: 'n' });",
        ),
        ("lib/index.ts", "export * from './base';"),
        (
            "lib/base.ts",
            "import * as cdk from '@aws-cdk/core'; import { Function, Runtime, Code } from '@aws-cdk/aws-lambda';
             export abstract class Base extends cdk.Stack {
               protected readonly fn: Function;
               private readonly opts = { memory: 100 };
               constructor(scope: cdk.Construct, id: string, private readonly props: { name: string }) {
                 super(scope, id);
                 this.fn = this.make('F');
               }
               size() { return this.opts.memory }
               abstract get label(): string;
               private make(id: string) {
                 const { name = 'none', ...rest } = this.props;
                 return new Function(this, id, { runtime: Runtime.NODEJS_12_X, handler: 'h.h', code: Code.asset('x'),
                   functionName: `${name}-${this.label}`, memorySize: this.size(), ...rest });
               }
             }",
        ),
    ]);
    let props = &by_name(&stack, "M/F").props;
    assert_eq!(props.get("FunctionName").as_str(), Some("n-p-x"));
    assert_eq!(props.get("MemorySize").as_int(), Some(101));
}

#[test]
fn properties_that_are_not_given_have_their_defaults() {
    let stack = typescript(
        "const p: { size?: number, name?: string, keys?: string[] } = { name: 'n' };
         const { size: taken = 3, other } = p;
         new lambda.Function(this, 'F', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'h', code: lambda.Code.fromAsset('x'),
           memorySize: p.size ?? 256, functionName: p.name || 'none', description: p.keys ? 'some' : 'no', timeout: cdk.Duration.seconds(taken),
           environment: { A: other === undefined ? 'a' : 'b', ...p.keys && { K: 'k' } } });",
    );
    let props = &by_name(&stack, "S/F").props;
    assert_eq!(props.get("MemorySize").as_int(), Some(256));
    assert_eq!(props.get("FunctionName").as_str(), Some("n"));
    assert_eq!(props.get("Description").as_str(), Some("no"));
    assert_eq!(props.get("Timeout").as_int(), Some(3));
    assert_eq!(props.at("Environment.Variables").to_json(), serde_json::json!({"A": "a"}));
}

#[test]
fn modules_that_import_each_other_are_read() {
    let stack = load(&[
        ("cdk.json", CDK_TS),
        ("bin/app.ts", "import { App } from 'aws-cdk-lib'; import { Mine } from '../lib/stack'; new Mine(new App(), 'M');"),
        (
            "lib/stack.ts",
            "import { Stack } from 'aws-cdk-lib'; import { Maker } from './maker';
             export class Mine extends Stack { static size = 7; constructor(s, i) { super(s, i); new Maker().make(this); } }",
        ),
        (
            "lib/maker.ts",
            "import { Mine } from './stack'; import { Queue } from 'aws-cdk-lib/aws-sqs';
             export class Maker { make(scope) { new Queue(scope, `Q${Mine.size}`); } }",
        ),
    ]);
    assert_eq!(by_name(&stack, "M/Q7").ty, "AWS::SQS::Queue");
}

#[test]
fn packages_of_the_same_repository_are_read() {
    let stack = load(&[
        ("cdk.json", CDK_TS),
        ("package.json", r#"{"workspaces": ["packages/*"]}"#),
        (
            "bin/app.ts",
            "import { App, Stack } from 'aws-cdk-lib'; import { add } from '@my/parts'; import { two } from '@my/parts/two'; const s = new Stack(new App(), 'S'); add(s); two(s);",
        ),
        ("packages/parts/package.json", r#"{"name": "@my/parts", "main": "dist/index.js"}"#),
        (
            "packages/parts/src/index.ts",
            "import { Queue } from 'aws-cdk-lib/aws-sqs'; export const add = (s) => new Queue(s, 'Q');",
        ),
        (
            "packages/parts/src/two.ts",
            "import { Topic } from 'aws-cdk-lib/aws-sns'; export function two(s) { new Topic(s, 'T'); }",
        ),
    ]);
    assert_eq!(by_name(&stack, "S/Q").ty, "AWS::SQS::Queue");
    assert_eq!(by_name(&stack, "S/T").ty, "AWS::SNS::Topic");
}

#[test]
fn an_own_kind_of_function_stands_where_it_is_made() {
    let stack = typescript(
        "class Mine extends lambda.Function { constructor(s: Construct, i: string, size: number) {
           super(s, i, { runtime: lambda.Runtime.NODEJS_20_X, handler: 'h', code: lambda.Code.fromAsset('x'), memorySize: size }); } }
         new Mine(this, 'A', 1);
         new Mine(this, 'B', 2);",
    );
    let (a, b) = (by_name(&stack, "S/A"), by_name(&stack, "S/B"));
    assert_eq!((a.props.get("MemorySize").as_int(), b.props.get("MemorySize").as_int()), (Some(1), Some(2)));
    assert!(a.block.start < b.block.start && a.block.end - a.block.start == 22);
}

#[test]
fn resources_of_sam_are_transformed() {
    let stack = typescript(
        "new cdk.aws_sam.CfnFunction(this, 'F', { runtime: 'python3.12', handler: 'a.b', codeUri: 's3://b/k', timeout: 5 });",
    );
    let f = by_name(&stack, "S/F");
    assert_eq!((f.ty.as_str(), f.props.get("Timeout").as_int()), ("AWS::Lambda::Function", Some(5)));
}

#[test]
fn the_code_of_a_function_is_found() {
    let stack = load(&[
        ("cdk.json", CDK_TS),
        (
            "bin/app.ts",
            "import * as cdk from 'aws-cdk-lib'; import * as path from 'path';
             import * as lambda from 'aws-cdk-lib/aws-lambda';
             import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
             import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';
             const s = new cdk.Stack(new cdk.App(), 'S');
             new lambda.Function(s, 'A', { runtime: lambda.Runtime.PYTHON_3_12, handler: 'm.h', code: lambda.Code.fromAsset(path.join(__dirname, '..', 'src', 'a')) });
             new NodejsFunction(s, 'Default');
             new NodejsFunction(s, 'B', { entry: 'src/b.ts', handler: 'main', runtime: lambda.Runtime.NODEJS_22_X });
             new PythonFunction(s, 'C', { entry: `${__dirname}/../src/c`, index: 'main.py', handler: 'run', runtime: lambda.Runtime.PYTHON_3_11 });
             new lambda.DockerImageFunction(s, 'D', { code: lambda.DockerImageCode.fromImageAsset('src/d') });",
        ),
        ("bin/app.Default.ts", ""),
        ("src/a/m.py", ""),
        ("src/b.ts", ""),
        ("src/c/main.py", ""),
        ("src/d/Dockerfile", ""),
    ]);
    let root = |name: &str| by_name(&stack, name).source_root.clone().unwrap_or_default().to_string();
    let prop = |name: &str, key: &str| by_name(&stack, name).props.get(key).display().to_string();
    assert_eq!(root("S/A"), "src/a");
    assert_eq!(
        (root("S/Default"), prop("S/Default", "Handler")),
        ("bin/app.Default.ts".into(), "index.handler".into())
    );
    assert_eq!((root("S/B"), prop("S/B", "Handler")), ("src/b.ts".into(), "index.main".into()));
    assert_eq!((root("S/C"), prop("S/C", "Handler")), ("src/c".into(), "main.run".into()));
    assert_eq!((root("S/D"), prop("S/D", "PackageType")), ("src/d".into(), "Image".into()));
    assert!(by_name(&stack, "S/D").props.get("Runtime").is_null());
}

#[test]
fn resources_of_the_first_level_have_cloudformations_names() {
    let stack = typescript(
        "const f = new lambda.CfnFunction(this, 'F', { handler: 'h', role: 'r', code: { zipFile: 'x' }, runtime: 'nodejs18.x',
           environment: { variables: { lowerCase: '1' } }, tracingConfig: { mode: 'Active' } });
         f.timeout = 9;
         f.addPropertyOverride('EphemeralStorage.Size', 1024);
         new cdk.CfnResource(this, 'Raw', { type: 'AWS::IoT::Thing', properties: { ThingName: 't' } });
         const q = new cdk.aws_sqs.Queue(this, 'Q');
         const c = q.node.defaultChild as cdk.aws_sqs.CfnQueue; c.addPropertyOverride('KmsMasterKeyId', 'k');",
    );
    let f = by_name(&stack, "S/F");
    assert_eq!(f.id, "F");
    assert_eq!(
        f.props.to_json(),
        serde_json::json!({"Handler": "h", "Role": "r", "Code": {"ZipFile": "x"}, "Runtime": "nodejs18.x",
            "Environment": {"Variables": {"lowerCase": "1"}}, "TracingConfig": {"Mode": "Active"}, "Timeout": 9,
            "EphemeralStorage": {"Size": 1024}})
    );
    assert_eq!(by_name(&stack, "S/Raw").ty, "AWS::IoT::Thing");
    assert_eq!(by_name(&stack, "S/Q").props.get("KmsMasterKeyId").as_str(), Some("k"));
}

#[test]
fn stages_and_nested_stacks_stand_in_the_path() {
    let stack = load(&[
        ("cdk.json", r#"{"app": "npx tsx src/main.ts"}"#),
        (
            "src/main.ts",
            "import { App, Stack, Stage, NestedStack } from 'aws-cdk-lib'; import { Topic } from 'aws-cdk-lib/aws-sns';
             class Inner extends NestedStack { constructor(s, i) { super(s, i); new Topic(this, 'T'); } }
             class Mine extends Stack { constructor(s, i, p?) { super(s, i, p); new Topic(this, 'T'); new Inner(this, 'N'); } }
             class Prod extends Stage { constructor(s, i, p?) { super(s, i, p); new Mine(this, 'Mine', { stackName: 'other' }); } }
             const app = new App(); new Prod(app, 'Prod'); new Mine(app, 'Alone');",
        ),
    ]);
    let mut topics: Vec<&str> = stack.of_type("AWS::SNS::Topic").map(|r| r.name.as_str()).collect();
    topics.sort_unstable();
    assert_eq!(topics, ["Alone/N/T", "Alone/T", "Prod/Mine/N/T", "Prod/Mine/T"]);
}

#[test]
fn policies_are_what_the_library_makes_of_them() {
    let stack = typescript(
        "const iam = cdk.aws_iam;
         const role = new iam.Role(this, 'R', {
           assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.AccountPrincipal('123456789012')),
           managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
           inlinePolicies: { p: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })] }) },
         });
         const s = new iam.PolicyStatement({ effect: iam.Effect.DENY, sid: 'No' });
         s.addActions('sqs:*', 'sns:*'); s.addAllResources();
         role.addToPolicy(s);",
    );
    let role = &by_name(&stack, "S/R").props;
    let trust: Vec<String> = role
        .at("AssumeRolePolicyDocument.Statement")
        .items()
        .iter()
        .map(|s| s.get("Principal").to_json().to_string())
        .collect();
    assert_eq!(
        trust,
        [
            r#"{"Service":"lambda.amazonaws.com"}"#,
            r#"{"AWS":"arn:${AWS::Partition}:iam::123456789012:root"}"#
        ]
    );
    let managed = role.get("ManagedPolicyArns").items().first().unwrap().display();
    assert_eq!(managed, "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess");
    let inline = role.get("Policies").items().first().unwrap();
    assert_eq!(inline.get("PolicyName").as_str(), Some("p"));
    assert_eq!(
        inline.at("PolicyDocument.Statement").items().first().unwrap().to_json(),
        serde_json::json!({"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]})
    );
    let policy = &by_name(&stack, "S/R/DefaultPolicy").props;
    assert_eq!(
        policy.at("PolicyDocument.Statement").items().first().unwrap().to_json(),
        serde_json::json!({"Sid": "No", "Effect": "Deny", "Action": ["sqs:*", "sns:*"], "Resource": ["*"]})
    );
}

#[test]
fn buckets_tables_and_log_groups_have_the_defaults_of_the_library() {
    let head = "import * as cdk from 'aws-cdk-lib'; const s = new cdk.Stack(new cdk.App(), 'S'); const { aws_s3: s3, aws_lambda: lambda } = cdk;";
    let body = format!(
        "{head} const logs = new s3.Bucket(s, 'Logs', {{ removalPolicy: cdk.RemovalPolicy.DESTROY }});
         const b = new s3.Bucket(s, 'B', {{ enforceSSL: true, versioned: true, encryption: s3.BucketEncryption.S3_MANAGED,
           blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, serverAccessLogsBucket: logs }});
         b.addToResourcePolicy(new cdk.aws_iam.PolicyStatement({{ principals: [new cdk.aws_iam.AnyPrincipal()], actions: ['s3:Get*'], resources: [b.arnForObjects('*')] }}));
         new cdk.aws_logs.LogGroup(s, 'G', {{ retention: cdk.aws_logs.RetentionDays.ONE_WEEK }});
         new lambda.Function(s, 'F', {{ runtime: lambda.Runtime.NODEJS_22_X, handler: 'h.h', code: lambda.Code.fromAsset('x') }});"
    );
    let stack = load(&[
        (
            "cdk.json",
            r#"{"app": "npx tsx app.ts", "context": {"@aws-cdk/aws-lambda:useCdkManagedLogGroup": true}}"#,
        ),
        ("app.ts", &body),
    ]);
    let removal = |name: &str| by_name(&stack, name).attributes.get("DeletionPolicy").display().to_string();
    assert_eq!((removal("S/Logs"), removal("S/B")), ("Delete".into(), "Retain".into()));
    let bucket = &by_name(&stack, "S/B").props;
    assert_eq!(bucket.at("VersioningConfiguration.Status").as_str(), Some("Enabled"));
    assert_eq!(bucket.at("PublicAccessBlockConfiguration.RestrictPublicBuckets").as_bool(), Some(true));
    assert!(!bucket.at("LoggingConfiguration.DestinationBucketName").is_null());
    let policy = &by_name(&stack, "S/B/Policy").props;
    let effects: Vec<String> = policy
        .at("PolicyDocument.Statement")
        .items()
        .iter()
        .map(|s| format!("{} {}", s.get("Effect").display(), s.get("Action").to_json()))
        .collect();
    assert_eq!(effects, [r#"Deny "s3:*""#, r#"Allow ["s3:Get*"]"#]);
    assert_eq!(by_name(&stack, "S/G").props.get("RetentionInDays").as_int(), Some(7));
    let group = &by_name(&stack, "S/F/LogGroup").props;
    assert_eq!(
        group.get("LogGroupName").display(),
        format!("/aws/lambda/${{{}}}", by_name(&stack, "S/F").id)
    );
    assert_eq!(group.get("RetentionInDays").as_int(), Some(731));
}

#[test]
fn programs_in_other_languages_are_said() {
    for (command, folder_file) in [
        ("dotnet run -p src/X.csproj", ""),
        ("mvn -e -q compile exec:java", ""),
        ("go mod download && go run x.go", ""),
    ] {
        let _ = folder_file;
        let (stack, failures) =
            load_with(&[("cdk.json", &format!(r#"{{"app": "{command}"}}"#))], &Inputs::default());
        assert!(stack.resources.is_empty());
        assert_eq!(failures.len(), 1, "{command}");
        let failure = failures.first().unwrap();
        assert_eq!((failure.path.as_str(), failure.kind), ("cdk.json", FailureKind::Failed));
        assert!(failure.reason.contains("cdk synth"), "{}", failure.reason);
    }
    // Settings without a program are no application.
    assert_eq!(load_with(&[("cdk.json", r#"{"context": {}}"#)], &Inputs::default()).1, []);
}

#[test]
fn the_program_is_found_by_its_command_or_its_name() {
    let program =
        "import * as cdk from 'aws-cdk-lib'; new cdk.aws_sqs.Queue(new cdk.Stack(new cdk.App(), 'S'), 'Q');";
    let python = "import aws_cdk as cdk\napp = cdk.App()\nstack = cdk.Stack(app, 'S')\ncdk.aws_sqs.Queue(stack, 'Q')\n";
    for (command, file, text) in [
        ("npx ts-node --prefer-ts-exts bin/x.ts", "bin/x.ts", program),
        ("node bin/x.js", "bin/x.ts", program),
        ("node dist/bin/x.js", "bin/x.ts", program),
        ("npx ts-node bin/x", "bin/x.ts", program),
        ("bun run infra/main.ts", "infra/main.ts", program),
        ("yarn --silent cdk-app", "bin/app.ts", program),
        ("npm run --silent x", "src/main.ts", program),
        ("python3 app.py", "app.py", python),
        (".venv/bin/python -m infra.app", "infra/app.py", python),
        ("uv run python main.py", "main.py", python),
    ] {
        let stack = load(&[("cdk.json", &format!(r#"{{"app": "{command}"}}"#)), (file, text)]);
        assert_eq!(stack.of_type("AWS::SQS::Queue").count(), 1, "{command}");
    }
}

#[test]
fn synthesised_templates_win_over_the_program() {
    let program =
        "import * as cdk from 'aws-cdk-lib'; new cdk.aws_sqs.Queue(new cdk.Stack(new cdk.App(), 'S'), 'Q');";
    let folder = tree(&[
        ("cdk.json", r#"{"app": "npx ts-node app.ts"}"#),
        ("app.ts", program),
        (
            "cdk.out/manifest.json",
            r#"{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}"#,
        ),
        ("cdk.out/S.template.json", r#"{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}"#),
    ]);
    let read = |options: &WalkOptions| {
        let out =
            palisade_load::read(folder.path(), options, &Inputs::default(), &Limits::default()).unwrap();
        out.applications
            .iter()
            .map(|a| (a.root.to_string(), a.interpreted(), a.worlds.first().unwrap().1.nodes.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(read(&WalkOptions::default()), [(".".into(), false, 1)]);
    let none = WalkOptions { no_cdk_out: true, ..WalkOptions::default() };
    assert_eq!(read(&none), [(".".into(), true, 1)]);
}

#[test]
fn hostile_programs_end() {
    let endless = [
        "const f = () => f(); f();",
        "const f = (n) => f(n + 1) + f(n + 1); f(0);",
        "let s = 'x'; for (let i = 0; i < 90; i++) s = s + s; new cdk.Stack(new cdk.App(), s);",
        "let l = [1]; for (let i = 0; i < 90; i++) l = [...l, ...l]; new cdk.Stack(new cdk.App(), 'x', l);",
        "let m: any = {}; m.m = m; new cdk.Stack(new cdk.App(), 'x', m); JSON.stringify(m);",
        "let a: any = {}; for (let i = 0; i < 90; i++) a = { x: a, y: a }; new cdk.Stack(new cdk.App(), 'x', a);",
        "class A extends A {} new A(); class B extends C {} class C extends B {} new B();",
        "let s = 'aaaaaaaaaaaaaaaa'; for (let i = 0; i < 60; i++) s = s.replaceAll('a', 'aaaaaaaa');",
        "for (;;) { for (;;) { for (;;) { for (;;) { } } } }",
        "import './app';",
    ];
    for body in endless {
        let text = format!("import * as cdk from 'aws-cdk-lib';\n{body}\n");
        let _ = load_with(
            &[("cdk.json", r#"{"app": "npx ts-node app.ts"}"#), ("app.ts", &text)],
            &Inputs::default(),
        );
    }
}

/// Actions and resources of every statement of the roles of an application, `action resource`, by the policy's name.
fn allowed(stack: &Stack) -> Vec<String> {
    let mut all = Vec::new();
    for policy in stack.of_type("AWS::IAM::Policy") {
        for statement in policy.props.at("PolicyDocument.Statement").items() {
            for action in statement.get("Action").items() {
                for resource in statement.get("Resource").items() {
                    all.push(format!("{} {}", action.display(), resource.display()));
                }
            }
        }
    }
    all.sort();
    all
}

const GRANTS_TS: &str = r"
    const fn = new lambda.Function(this, 'Fn', {
      runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromAsset('src'),
    });
    const key = new kms.Key(this, 'Key');
    const table = new dynamodb.Table(this, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    table.grantWriteData(fn);
    table.addGlobalSecondaryIndex({ indexName: 'i', partitionKey: { name: 'a', type: dynamodb.AttributeType.STRING } });
    const queue = new sqs.Queue(this, 'Queue', { encryptionMasterKey: key });
    queue.grantConsumeMessages(fn);
    queue.grant(fn, 'sqs:ListQueueTags');
    new s3.Bucket(this, 'Bucket').grantDelete(fn, 'tmp/*');
    secretsmanager.Secret.fromSecretNameV2(this, 'Imported', 'db').grantWrite(fn);
    ssm.StringParameter.fromStringParameterName(this, 'Path', '/app/name').grantWrite(fn);
";

const GRANTS_PY: &str = r#"
import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_, aws_kms as kms, aws_dynamodb as dynamodb, aws_sqs as sqs, aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager, aws_ssm as ssm

class S(cdk.Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        fn = lambda_.Function(self, "Fn", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.handler",
                              code=lambda_.Code.from_asset("src"))
        key = kms.Key(self, "Key")
        attribute = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
        table = dynamodb.Table(self, "Table", partition_key=attribute)
        table.grant_write_data(fn)
        table.add_global_secondary_index(index_name="i", partition_key=attribute)
        queue = sqs.Queue(self, "Queue", encryption_master_key=key)
        queue.grant_consume_messages(fn)
        queue.grant(fn, "sqs:ListQueueTags")
        s3.Bucket(self, "Bucket").grant_delete(fn, "tmp/*")
        secretsmanager.Secret.from_secret_name_v2(self, "Imported", "db").grant_write(fn)
        ssm.StringParameter.from_string_parameter_name(self, "Path", "/app/name").grant_write(fn)

app = cdk.App()
S(app, "S")
"#;

const SERVICES_TS: &str = "import { aws_kms as kms, aws_dynamodb as dynamodb, aws_sqs as sqs, aws_s3 as s3, \
    aws_secretsmanager as secretsmanager, aws_ssm as ssm, aws_iam as iam, aws_ec2 as ec2, aws_rds as rds, \
    aws_cognito as cognito, aws_kinesis as kinesis, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, \
    aws_sns as sns, custom_resources as cr } from 'aws-cdk-lib';\n";

fn services(body: &str) -> Stack {
    let text = format!(
        "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n{SERVICES_TS}\
         class S extends cdk.Stack {{ constructor(scope: any, id: string) {{ super(scope, id);\n{body}\n}} }}\n\
         new S(new cdk.App(), 'S');\n"
    );
    load(&[("cdk.json", r#"{"app": "npx ts-node bin/app.ts"}"#), ("bin/app.ts", &text)])
}

#[test]
fn grants_are_what_the_library_writes() {
    let table = "${TableCD117FA1.Arn}";
    let mut expected: Vec<String> = Vec::new();
    for action in ["BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable"] {
        expected.push(format!("dynamodb:{action} {table}"));
        expected.push(format!("dynamodb:{action} {table}/index/*"));
    }
    let queue = "${Queue4A7E3555.Arn}";
    let read = [
        "ReceiveMessage",
        "ChangeMessageVisibility",
        "GetQueueUrl",
        "DeleteMessage",
        "GetQueueAttributes",
        "ListQueueTags",
    ];
    expected.extend(read.map(|a| format!("sqs:{a} {queue}")));
    expected.push("kms:Decrypt ${Key961B73FD.Arn}".into());
    expected.push("s3:DeleteObject* ${Bucket83908E77.Arn}/tmp/*".into());
    let own = "${AWS::Region}:${AWS::AccountId}";
    for action in ["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"] {
        let arn = format!("arn:${{AWS::Partition}}:secretsmanager:{own}:secret:db-??????");
        expected.push(format!("secretsmanager:{action} {arn}"));
    }
    expected.push(format!("ssm:PutParameter arn:${{AWS::Partition}}:ssm:{own}:parameter/app/name"));
    expected.sort();
    assert_eq!(allowed(&services(GRANTS_TS)), expected, "TypeScript");
    let python = load(&[("cdk.json", r#"{"app": "python3 app.py"}"#), ("app.py", GRANTS_PY)]);
    assert_eq!(allowed(&python), expected, "Python");
}

#[test]
fn a_grant_to_a_service_is_in_the_policy_of_the_resource() {
    let stack = services(
        "const service = new iam.ServicePrincipal('events.amazonaws.com');\n\
         new sqs.Queue(this, 'Queue').grantSendMessages(service);\n\
         new kms.Key(this, 'Key').grantDecrypt(service);",
    );
    let queue = by_name(&stack, "S/Queue/Policy");
    assert_eq!(queue.ty, "AWS::SQS::QueuePolicy");
    let statement = queue.props.at("PolicyDocument.Statement").items().first().unwrap();
    assert_eq!(statement.at("Principal.Service").display(), "events.amazonaws.com");
    assert_eq!(statement.get("Action").items().len(), 3);
    let statements = by_name(&stack, "S/Key").props.at("KeyPolicy.Statement").items().to_vec();
    assert_eq!(statements.len(), 2);
    assert_eq!(statements.last().unwrap().get("Resource").as_str(), Some("*"));
    assert_eq!(allowed(&stack), Vec::<String>::new());
}

#[test]
fn a_machine_may_call_what_its_states_call() {
    let stack = services(
        "const fn = new lambda.Function(this, 'Fn', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'a.b',\n\
           code: lambda.Code.fromAsset('src') });\n\
         const topic = new sns.Topic(this, 'Topic');\n\
         const last = new tasks.SnsPublish(this, 'Tell', { topic, message: sfn.TaskInput.fromText('x') });\n\
         const unused = new tasks.LambdaInvoke(this, 'Unused', { lambdaFunction: fn });\n\
         const first = new sfn.Choice(this, 'Which')\n\
           .when(sfn.Condition.isPresent('$.a'), new tasks.LambdaInvoke(this, 'Do', { lambdaFunction: fn }).next(last))\n\
           .otherwise(new sfn.Pass(this, 'Skip'));\n\
         new sfn.StateMachine(this, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(first) });",
    );
    let expected = [
        "lambda:InvokeFunction ${Fn9270CBC0.Arn}",
        "lambda:InvokeFunction ${Fn9270CBC0.Arn}:*",
        "sns:Publish ${TopicBFC7AF6E}",
    ];
    assert_eq!(allowed(&stack), expected);
    let states = by_name(&stack, "S/Machine").props.at("DefinitionString.States").clone();
    let names: Vec<&str> = states.entries().iter().map(|e| e.key.as_str()).collect();
    assert_eq!(names, ["Do"]);
}

#[test]
fn networks_have_endpoints() {
    let stack = services(
        "const vpc = new ec2.Vpc(this, 'Vpc', { gatewayEndpoints: { Storage: {\n\
           service: ec2.GatewayVpcEndpointAwsService.S3 } } });\n\
         vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });\n\
         const tables = new ec2.GatewayVpcEndpoint(this, 'Tables', { vpc,\n\
           service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });\n\
         tables.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'],\n\
           principals: [new iam.AnyPrincipal()] }));\n\
         new ec2.InterfaceVpcEndpoint(this, 'Own', { vpc,\n\
           service: new ec2.InterfaceVpcEndpointService('com.example.own', 443) });",
    );
    let at = |name: &str, path: &str| by_name(&stack, name).props.at(path).display().to_string();
    let vpc = by_name(&stack, "S/Vpc").id.clone();
    for (name, service, ty) in [
        ("S/Vpc/Storage", "com.amazonaws.${AWS::Region}.s3", "Gateway"),
        ("S/Vpc/Secrets", "com.amazonaws.${AWS::Region}.secretsmanager", "Interface"),
        ("S/Tables", "com.amazonaws.${AWS::Region}.dynamodb", "Gateway"),
        ("S/Own", "com.example.own", "Interface"),
    ] {
        assert_eq!(at(name, "ServiceName"), service);
        assert_eq!(at(name, "VpcEndpointType"), ty);
        assert_eq!(at(name, "VpcId"), format!("${{{vpc}}}"));
    }
    let statements = by_name(&stack, "S/Tables").props.at("PolicyDocument.Statement").items().to_vec();
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0].get("Action").items()[0].display(), "dynamodb:GetItem");
    assert!(by_name(&stack, "S/Own").props.get("PolicyDocument").is_null());
}

#[test]
fn defaults_of_the_library_are_deployed() {
    let stack = services(
        "const vpc = new ec2.Vpc(this, 'Vpc');\n\
         const sg = new ec2.SecurityGroup(this, 'Group', { vpc });\n\
         sg.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));\n\
         const db = new rds.DatabaseInstance(this, 'DB', { engine: rds.DatabaseInstanceEngine.POSTGRES, vpc });\n\
         db.connections.allowFromAnyIpv4(ec2.Port.tcp(5432));\n\
         new cognito.UserPool(this, 'Users', { selfSignUpEnabled: true }).addClient('web');\n\
         new kinesis.Stream(this, 'Stream');\n\
         new secretsmanager.Secret(this, 'Secret');\n\
         const fn = new lambda.Function(this, 'Fn', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'a.b',\n\
           code: lambda.Code.fromAsset('src') });\n\
         new cr.Provider(this, 'Provider', { onEventHandler: fn });",
    );
    let at = |name: &str, path: &str| by_name(&stack, name).props.at(path).display().to_string();
    let group = by_name(&stack, "S/Group");
    let rule = |list: &str, key: &str| group.props.get(list).items()[0].get(key).display().to_string();
    assert_eq!(rule("SecurityGroupEgress", "CidrIp"), "0.0.0.0/0");
    assert_eq!(rule("SecurityGroupIngress", "CidrIp"), "0.0.0.0/0");
    assert_eq!(rule("SecurityGroupIngress", "FromPort"), "22");
    let own = by_name(&stack, "S/DB/SecurityGroup").props.get("SecurityGroupIngress").items().to_vec();
    assert_eq!(own[0].get("ToPort").display(), "5432");
    assert_eq!(
        at("S/DB", "MasterUserPassword"),
        "{{resolve:secretsmanager:${DBSecretB8D1B379}:SecretString:password::}}"
    );
    assert!(by_name(&stack, "S/DB").props.get("StorageEncrypted").is_null());
    assert_eq!(at("S/Users", "AdminCreateUserConfig.AllowAdminCreateUserOnly"), "false");
    assert_eq!(by_name(&stack, "S/Users/web").props.get("AllowedOAuthFlows").items().len(), 2);
    assert_eq!(at("S/Stream", "StreamEncryption.KeyId"), "alias/aws/kinesis");
    assert!(by_name(&stack, "S/Secret").props.get("GenerateSecretString").as_map().is_some());
    let framework = by_name(&stack, "S/Provider/framework-onEvent");
    assert_eq!(framework.implied_by.as_deref(), Some("S/Provider"));
    assert_eq!(stack.of_type("AWS::EC2::Subnet").count(), 4);
    assert_eq!(stack.of_type("AWS::EC2::NatGateway").count(), 2);
}

#[test]
fn distributions_say_what_stands_behind_and_around_them() {
    let stack = typescript(
        "const cf = require('aws-cdk-lib/aws-cloudfront');\n\
         const origins = require('aws-cdk-lib/aws-cloudfront-origins');\n\
         const bucket = new cdk.aws_s3.Bucket(this, 'B');\n\
         const web = new cdk.aws_s3.Bucket(this, 'W', {websiteIndexDocument: 'index.html'});\n\
         const f = new lambda.Function(this, 'F', {runtime: lambda.Runtime.NODEJS_22_X, handler: 'a.b', code: lambda.Code.fromInline('x')});\n\
         const make = (id, behaviour) => new cf.Distribution(this, id, {defaultBehavior: behaviour});\n\
         make('Control', {origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),\n\
           edgeLambdas: [{functionVersion: f.currentVersion, eventType: cf.LambdaEdgeEventType.ORIGIN_REQUEST, includeBody: true}],\n\
           functionAssociations: [{function: new cf.Function(this, 'C', {}), eventType: cf.FunctionEventType.VIEWER_RESPONSE}],\n\
           responseHeadersPolicy: cf.ResponseHeadersPolicy.SECURITY_HEADERS});\n\
         make('Identity', {origin: new origins.S3Origin(bucket)});\n\
         make('Website', {origin: new origins.S3Origin(web)});\n\
         make('Open', {origin: origins.S3BucketOrigin.withBucketDefaults(bucket)});\n\
         make('Http', {origin: new origins.HttpOrigin('a.example.com', {protocolPolicy: cf.OriginProtocolPolicy.HTTP_ONLY,\n\
           originSslProtocols: [cf.OriginSslPolicy.TLS_V1]})});",
    );
    let config = |name: &str| by_name(&stack, name).props.get("DistributionConfig");
    let behaviour = |name: &str, path: &str| config(name).get("DefaultCacheBehavior").at(path).clone();
    let origin =
        |name: &str, path: &str| config(name).get("Origins").items().first().unwrap().at(path).display();
    let only = |list: Val| list.items().first().unwrap().to_json();
    let lambda = only(behaviour("S/Control", "LambdaFunctionAssociations"));
    assert_eq!((&lambda["EventType"], &lambda["IncludeBody"]), (&"origin-request".into(), &true.into()));
    assert_eq!(lambda["LambdaFunctionARN"], "${FC4345940.Arn}");
    assert_eq!(only(behaviour("S/Control", "FunctionAssociations"))["EventType"], "viewer-response");
    let headers = behaviour("S/Control", "ResponseHeadersPolicyId");
    assert_eq!(headers.as_str(), Some("67f7725c-6f97-4210-82d7-5512b31e9d03"));
    let control = stack.resources.values().find(|r| r.ty == "AWS::CloudFront::OriginAccessControl").unwrap();
    assert_eq!(origin("S/Control", "OriginAccessControlId"), format!("${{{}.Id}}", control.id));
    assert_eq!(origin("S/Control", "S3OriginConfig.OriginAccessIdentity"), "");
    let identity = origin("S/Identity", "S3OriginConfig.OriginAccessIdentity");
    assert!(identity.starts_with("origin-access-identity/cloudfront/${"), "{identity}");
    assert!(origin("S/Website", "DomainName").ends_with(".WebsiteURL}"));
    assert_eq!(origin("S/Website", "CustomOriginConfig.OriginProtocolPolicy"), "http-only");
    assert_eq!(origin("S/Open", "OriginAccessControlId"), "");
    assert_eq!(origin("S/Open", "S3OriginConfig.OriginAccessIdentity"), "");
    assert_eq!(origin("S/Http", "CustomOriginConfig.OriginProtocolPolicy"), "http-only");
    let versions =
        config("S/Http").get("Origins").items().first().unwrap().at("CustomOriginConfig.OriginSSLProtocols");
    assert_eq!(versions.to_json(), serde_json::json!(["TLSv1"]));
}
