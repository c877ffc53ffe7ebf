// Decides lines of `palisade iam evaluate` with an independent simulator.
//
// Reads JSON lines on standard input, answers `{"id", "decision"}` in the same order. `decision` is `allow`,
// `explicit_deny`, `implicit_deny`, or `skip` with a `reason` where the simulator does not model the request or
// refuses it. The simulator stands in the folder `iam` of PALISADE_ORACLES.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.env.PALISADE_ORACLES, 'iam', 'package.json'))
const place = require.resolve('@cloud-copilot/iam-simulate')
const { anonymousPrincipal, runSimulation } = await import(pathToFileURL(place).href)

// Of the services that are asked about, those with resource control policies.
const controlled = ['s3', 'sqs', 'dynamodb', 'kms', 'secretsmanager', 'sts']

const words = { Allowed: 'allow', ExplicitlyDenied: 'explicit_deny', ImplicitlyDenied: 'implicit_deny' }

const list = (value) => (value == null ? [] : Array.isArray(value) ? value : [value])
const named = (documents) => list(documents).map((policy, at) => ({ name: `policy${at}`, policy }))
const levels = (value) =>
  list(value).map((documents, at) => ({ orgIdentifier: `level${at}`, policies: named(documents) }))

// What the simulator does not model, or models by assumption.
function unmodelled(line) {
  const { principal, action, resource } = line.request
  const service = !principal.startsWith('arn:') && principal !== 'anonymous'
  if (line.management_account) return 'the management account'
  if (line.context_complete === false) return 'an incomplete context'
  if (Object.values(line.request.context ?? {}).some((value) => value === null)) return 'an unknown value'
  if (principal.endsWith(':root')) return 'a root user'
  if (principal.includes(':role/aws-service-role/')) return 'a service-linked role'
  if (service && list(line.scp).length > 0) return 'a service principal under service control policies'
  if (list(line.session).length > 1) return 'several session policies'
  if (resource !== '*' && /[*?]/.test(resource)) return 'wildcards in the resource of a request'
  if (list(line.rcp).length > 0 && !controlled.includes(action.split(':')[0])) {
    return 'services without resource control policies'
  }
  return undefined
}

async function decide(line) {
  const reason = unmodelled(line)
  if (reason) return { decision: 'skip', reason }
  const { principal, action, resource, resource_account, context } = line.request
  const simulation = {
    request: {
      principal: principal === 'anonymous' ? anonymousPrincipal : principal,
      action,
      resource: { resource, accountId: resource_account ?? resource.split(':')[4] },
      contextVariables: Object.fromEntries(Object.entries(context ?? {}).map(([key, value]) => [key, list(value).map(String)])),
    },
    identityPolicies: named(line.identity),
    resourcePolicy: line.resource_policy ?? undefined,
    permissionBoundaryPolicies: list(line.boundary).length > 0 ? named(line.boundary) : undefined,
    sessionPolicy: list(line.session)[0],
    serviceControlPolicies: levels(line.scp),
    resourceControlPolicies: levels(line.rcp),
    vpcEndpointPolicies: list(line.endpoint).length > 0 ? named(line.endpoint) : undefined,
    additionalSettings: { s3: { bucketAbacEnabled: true } },
  }
  const answer = await runSimulation(simulation, { simulationMode: 'Strict' })
  if (answer.resultType !== 'single') {
    return { decision: 'skip', reason: JSON.stringify(answer.errors ?? answer.resultType) }
  }
  const ignored = answer.result.ignoredContextKeys ?? []
  if (ignored.length > 0) return { decision: 'skip', reason: `ignores the keys ${ignored.join(', ')}` }
  return { decision: words[answer.overallResult] }
}

for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const line = JSON.parse(text)
  let answer
  try {
    answer = await decide(line)
  } catch (error) {
    answer = { decision: 'skip', reason: String(error) }
  }
  process.stdout.write(`${JSON.stringify({ id: line.id ?? null, ...answer })}\n`)
}
