// Derives grants.tsv: makes each construct of the library, calls each of its grant methods on a role, synthesises, and
// prints the statements that the role's policy gets.
//
// Usage, in a folder where aws-cdk-lib and constructs are installed: node grants.mjs > grants.tsv

import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'index.js'));
const cdk = require('aws-cdk-lib');
const { version } = require('aws-cdk-lib/package.json');

const library = name => require(`aws-cdk-lib/${name.replaceAll('_', '-')}`);
const m = new Proxy({}, { get: (_, name) => library(name) });

// Stands for the actions that the program hands to the method.
const GIVEN = 'palisade:Given';

const vpc = s => new m.aws_ec2.Vpc(s, 'Net');
const key = (s, on) => (on.key ? new m.aws_kms.Key(s, 'Key') : undefined);
const string = name => ({ name, type: m.aws_dynamodb.AttributeType.STRING });
const fn = (s, id, more = {}) => new m.aws_lambda.Function(s, id, {
  runtime: m.aws_lambda.Runtime.NODEJS_20_X, handler: 'a.b', code: m.aws_lambda.Code.fromInline('1'), ...more,
});
const database = (s, on) => ({
  vpc: vpc(s), storageEncryptionKey: key(s, on), iamAuthentication: true,
});
const schema = () => m.aws_appsync.Definition.fromSchema({ bind: api => ({ apiId: api.apiId, definition: 'type Query { a: String }' }) });

// Class → what makes one. `on.key`: with a key of the program; `on.index`: with a secondary index;
// `on.stream`: with a stream.
const CONSTRUCTS = {
  'aws_s3.Bucket': (s, on) => new m.aws_s3.Bucket(s, 'It', { encryptionKey: key(s, on) }),
  'aws_dynamodb.Table': (s, on) => {
    const table = new m.aws_dynamodb.Table(s, 'It', {
      partitionKey: string('id'), encryptionKey: key(s, on),
      stream: on.stream ? m.aws_dynamodb.StreamViewType.NEW_IMAGE : undefined,
    });
    if (on.index) table.addGlobalSecondaryIndex({ indexName: 'i', partitionKey: string('a') });
    return table;
  },
  'aws_sqs.Queue': (s, on) => new m.aws_sqs.Queue(s, 'It', { encryptionMasterKey: key(s, on) }),
  'aws_sns.Topic': (s, on) => new m.aws_sns.Topic(s, 'It', { masterKey: key(s, on) }),
  'aws_kinesis.Stream': (s, on) => new m.aws_kinesis.Stream(s, 'It', {
    encryptionKey: key(s, on), encryption: on.key ? undefined : m.aws_kinesis.StreamEncryption.UNENCRYPTED,
  }),
  'aws_kinesisfirehose.DeliveryStream': s => new m.aws_kinesisfirehose.DeliveryStream(s, 'It', {
    destination: new m.aws_kinesisfirehose.S3Bucket(new m.aws_s3.Bucket(s, 'Bucket')),
  }),
  'aws_secretsmanager.Secret': (s, on) => new m.aws_secretsmanager.Secret(s, 'It', { encryptionKey: key(s, on) }),
  'aws_rds.DatabaseSecret': (s, on) => new m.aws_rds.DatabaseSecret(s, 'It', { username: 'u', encryptionKey: key(s, on) }),
  'aws_ssm.StringParameter': s => new m.aws_ssm.StringParameter(s, 'It', { stringValue: 'v' }),
  'aws_ssm.StringListParameter': s => new m.aws_ssm.StringListParameter(s, 'It', { stringListValue: ['v'] }),
  'aws_kms.Key': s => new m.aws_kms.Key(s, 'It'),
  'aws_kms.Alias': s => new m.aws_kms.Alias(s, 'It', { aliasName: 'a', targetKey: new m.aws_kms.Key(s, 'Key') }),
  'aws_stepfunctions.StateMachine': s => new m.aws_stepfunctions.StateMachine(s, 'It', {
    definitionBody: m.aws_stepfunctions.DefinitionBody.fromString('{}'),
  }),
  'aws_stepfunctions.Activity': s => new m.aws_stepfunctions.Activity(s, 'It'),
  'aws_events.EventBus': s => new m.aws_events.EventBus(s, 'It'),
  'aws_lambda.Function': s => fn(s, 'It'),
  'aws_logs.LogGroup': s => new m.aws_logs.LogGroup(s, 'It'),
  'aws_ecr.Repository': s => new m.aws_ecr.Repository(s, 'It'),
  'aws_rds.DatabaseInstance': (s, on) => new m.aws_rds.DatabaseInstance(s, 'It', {
    engine: m.aws_rds.DatabaseInstanceEngine.POSTGRES, ...database(s, on),
  }),
  'aws_rds.DatabaseCluster': (s, on) => new m.aws_rds.DatabaseCluster(s, 'It', {
    engine: m.aws_rds.DatabaseClusterEngine.auroraPostgres({
      version: m.aws_rds.AuroraPostgresEngineVersion.VER_16_6,
    }), enableDataApi: true,
    writer: m.aws_rds.ClusterInstance.serverlessV2('w'), ...database(s, on),
  }),
  'aws_rds.ServerlessCluster': (s, on) => new m.aws_rds.ServerlessCluster(s, 'It', {
    engine: m.aws_rds.DatabaseClusterEngine.AURORA_MYSQL, enableDataApi: true, vpc: vpc(s),
    storageEncryptionKey: key(s, on),
  }),
  'aws_cognito.UserPool': s => new m.aws_cognito.UserPool(s, 'It'),
  'aws_efs.FileSystem': s => new m.aws_efs.FileSystem(s, 'It', { vpc: vpc(s) }),
  'aws_iam.Role': s => new m.aws_iam.Role(s, 'It', { assumedBy: new m.aws_iam.ServicePrincipal('lambda') }),
  'aws_cloudfront.Distribution': s => new m.aws_cloudfront.Distribution(s, 'It', {
    defaultBehavior: { origin: new m.aws_cloudfront_origins.HttpOrigin('example.org') },
  }),
  'aws_appsync.GraphqlApi': s => new m.aws_appsync.GraphqlApi(s, 'It', { name: 'a', definition: schema() }),
  'aws_apigatewayv2.WebSocketApi': s => new m.aws_apigatewayv2.WebSocketApi(s, 'It'),
  'aws_apigatewayv2.WebSocketStage': s => new m.aws_apigatewayv2.WebSocketStage(s, 'It', {
    webSocketApi: new m.aws_apigatewayv2.WebSocketApi(s, 'Api'), stageName: 'live',
  }),
  'aws_opensearchservice.Domain': s => new m.aws_opensearchservice.Domain(s, 'It', {
    version: m.aws_opensearchservice.EngineVersion.OPENSEARCH_2_11,
  }),
  'aws_scheduler.ScheduleGroup': s => new m.aws_scheduler.ScheduleGroup(s, 'It'),
};

function methods(object) {
  const names = new Set();
  for (let p = object; p && p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    for (const name of Object.getOwnPropertyNames(p)) {
      if (name.startsWith('grant') && typeof object[name] === 'function') names.add(name);
    }
  }
  return [...names].sort();
}

// A value of the template as text: `${Arn}` of the construct's own resource, `${key.Arn}` of its key.
function text(value, stack, own) {
  if (typeof value === 'string') return value;
  const of = (id, attribute) => {
    if (id.startsWith('AWS::')) return `\${${id}}`;
    const who = own(id);
    return who === undefined ? undefined : `\${${who}${attribute}}`;
  };
  if (value.Ref) return of(value.Ref, 'Ref');
  if (value['Fn::GetAtt']) return of(value['Fn::GetAtt'][0], value['Fn::GetAtt'][1]);
  // The name inside the ARN that a reference is.
  if (value['Fn::Select']?.[1]?.['Fn::Split']?.[1]?.Ref) return '${Name}';
  if (value['Fn::Join']) {
    const parts = value['Fn::Join'][1].map(part => text(part, stack, own));
    return parts.includes(undefined) ? undefined : parts.join(value['Fn::Join'][0]);
  }
  return undefined;
}

function statements(make, method, given, on) {
  const app = new cdk.App({ context: { '@aws-cdk/aws-iam:minimizePolicies': false } });
  const stack = new cdk.Stack(app, 'S');
  const it = make(stack, on);
  const role = new m.aws_iam.Role(stack, 'Grantee', { assumedBy: new m.aws_iam.ServicePrincipal('lambda') });
  it[method](role, ...given);
  const quiet = console.error;
  console.error = () => {};
  let template;
  try {
    template = app.synth().getStackByName('S').template;
  } finally {
    console.error = quiet;
  }
  const main = stack.getLogicalId(it.node.defaultChild ?? it.node.findChild('Resource'));
  const keyChild = stack.node.tryFindChild('Key');
  const keyId = keyChild && stack.getLogicalId(keyChild.node.defaultChild);
  const api = stack.node.tryFindChild('Api');
  const apiId = api && stack.getLogicalId(api.node.defaultChild);
  const secret = it.secret && it.node.tryFindChild('Secret');
  const secretIds = secret
    ? [secret.node.defaultChild, secret.node.tryFindChild('Attachment')?.node.defaultChild]
      .filter(x => x).map(x => stack.getLogicalId(x))
    : [];
  const own = id => (id === main ? '' : id === keyId ? 'key.' : id === apiId ? 'api.'
    : secretIds.includes(id) ? 'secret.' : undefined);
  const rows = [];
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== 'AWS::IAM::Policy' || !id.startsWith('Grantee')) continue;
    for (const statement of resource.Properties.PolicyDocument.Statement) {
      const list = x => (x === undefined ? [] : Array.isArray(x) ? x : [x]);
      const noValue = r => r.Ref === 'AWS::NoValue';
      const resources = list(statement.Resource).filter(r => !noValue(r)).map(r => text(r, stack, own))
        .map(r => r?.replace(it.scheduleGroupName, '${Ref}').replace('/live/', '/${Ref}/'));
      if (resources.includes(undefined)) {
        console.error(`${method}: ${JSON.stringify(statement.Resource)}`);
        continue;
      }
      rows.push({
        actions: list(statement.Action).join(' '), resources,
        condition: statement.Condition ? JSON.stringify(statement.Condition) : '',
      });
    }
  }
  return rows;
}

console.log(`# aws-cdk-lib ${version}; written by grants.mjs. class, method, when, actions, resources, condition`);
const same = (a, b) => a.actions === b.actions && a.condition === b.condition;
for (const [name, make] of Object.entries(CONSTRUCTS)) {
  const probe = make(new cdk.Stack(new cdk.App(), 'S'), {});
  for (const method of methods(probe)) {
    const ways = [[], [GIVEN]];
    if (['grant', 'grantStream', 'grantExecution', 'grantConnect'].includes(method)) ways.shift();
    try {
      let given = ways[0];
      let plain;
      let base = {};
      try {
        plain = statements(make, method, given, {});
        if (plain.length === 0 && ways.length > 1) plain = statements(make, method, given = ways[1], {});
      } catch (error) {
        if (/Streams must be enabled/.test(error.message)) base = { stream: true };
        else if (ways.length < 2) throw error;
        else given = ways[1];
        plain = statements(make, method, given, base);
      }
      plain = plain.filter(row => row.resources.length > 0);
      if (method === 'grantInvokeVersion' || method === 'grantOnKey') continue;
      const streaming = statements(make, method, given, { ...base, stream: true });
      const indexed = statements(make, method, given, { ...base, index: true });
      const keyed = statements(make, method, given, { ...base, key: true });
      const print = (when, row, resources) => console.log(
        [name, method, when, row.actions, resources.join(' '), row.condition].join('\t'));
      for (const row of plain) {
        print('always', row, row.resources);
        const twin = indexed.find(r => same(r, row)) ?? row;
        const more = twin.resources.filter(r => !row.resources.includes(r));
        if (more.length > 0) print('index', row, more);
      }
      for (const row of streaming) {
        if (!plain.some(p => same(p, row))) print('stream', row, row.resources);
      }
      for (const row of keyed) {
        if (!plain.some(p => same(p, row))) print('key', row, row.resources);
      }
    } catch (error) {
      console.error(`${name}.${method}: ${error.message.split('\n')[0]}`);
    }
  }
}
