#!/usr/bin/env node
// Package serverless.yml services with the reference implementation, offline.
//
//     node sls_expand.mjs [--root DIR] [--stage NAME] SERVICE_FILE...
//
// DIR (default: the folder of the service file) is copied to a temporary folder, so that the tree
// itself is never touched; `frameworkVersion` and plugins that are not installed beside this
// script's node_modules are taken out. Prints one JSON line a service: {"path", "resources",
// "plugins"} or {"path", "error"}; `plugins` names what was taken out. PALISADE_ORACLES names the
// folder that holds node/node_modules.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const TIMEOUT_MS = 60_000;
const KNOWN = new Set(['serverless-iam-roles-per-function', 'serverless-step-functions', 'serverless-lift']);
const SKIPPED = new Set(['.git', 'node_modules', '.serverless', '.webpack', '.terraform']);

const modules = path.resolve(process.env.PALISADE_ORACLES ?? 'target/oracles', 'node/node_modules');
const cli = path.join(modules, '.bin/osls');

const installed = (name) => KNOWN.has(name) && fs.existsSync(path.join(modules, name));

/** The lines of a top-level YAML key, as [start, end) line numbers, or null. */
function block(lines, key) {
  const start = lines.findIndex((line) => new RegExp(`^["']?${key}["']?\\s*:`).test(line));
  if (start < 0) return null;
  let end = start + 1;
  while (end < lines.length && (/^(\s|-|#|$)/.test(lines[end]))) end += 1;
  while (end > start + 1 && /^\s*(#.*)?$/.test(lines[end - 1])) end -= 1;
  return [start, end];
}

const NETWORK = /^\s*(?:ssm|cf|s3|terraform|vault|doppler|output)\b/;
const GIVEN = /^\s*(?:env|param|opt(?!:stage\b)):/;

/**
 * Sources that cannot be had offline are taken out of each variable, and with `every` also those
 * that merely were not given; what then has no source left becomes the word `unresolved`.
 */
function offline(text, every, folder) {
  let out = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('${', at);
    const end = start < 0 ? -1 : closing(text, start);
    if (end < 0) return out + text.slice(at);
    out += text.slice(at, start);
    at = end + 1;
    const sources = split(text.slice(start + 2, end));
    const lost = (source) => NETWORK.test(source) || (every && (GIVEN.test(source) || isMissing(source, folder)));
    const kept = sources.filter((source) => !lost(source));
    const inner = kept.map((source) => offline(source, every, folder));
    if (inner.length === 0) out += 'unresolved';
    else if (inner.length < sources.length && kept.every((source) => GIVEN.test(source))) {
      out += `\${${inner.join(',')}, 'unresolved'}`;
    } else out += `\${${inner.join(',').trim()}}`;
  }
}

/** Whether a source is a file that is not there: a secret that was never committed. */
function isMissing(source, folder) {
  const file = source.match(/^\s*file\(\s*([^)$]+?)\s*\)/);
  return file !== null && !fs.existsSync(path.join(folder, file[1]));
}

/** The index of the brace that closes the variable that opens at `start`, or -1. */
function closing(text, start) {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  return -1;
}

/** The sources of a variable: its text at the commas that stand outside brackets. */
function split(inner) {
  const parts = [''];
  let depth = 0;
  for (const letter of inner) {
    if ('({'.includes(letter)) depth += 1;
    else if (')}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** Takes out what would need the network or a plugin, and says which plugins those were. */
function prepare(text, every, folder) {
  const lines = offline(text, every, folder).split(/\r?\n/);
  const service = block(lines, 'service');
  const named = service && lines.slice(...service).map((line) => line.match(/^\s+name:\s*(.+)$/)).find(Boolean);
  // The first version's `service: {name: …}`.
  if (named) lines.splice(service[0], service[1] - service[0], `service: ${named[1]}`);
  // What a build would have made is not there to be packed.
  const packed = every ? ['package'] : [];
  for (const key of [...packed, 'frameworkVersion', 'configValidationMode', 'variablesResolutionMode', 'org', 'app', 'tenant']) {
    const found = block(lines, key);
    if (found) lines.splice(found[0], found[1] - found[0]);
  }
  const removed = [];
  const plugins = block(lines, 'plugins');
  if (plugins) {
    const names = [];
    for (const line of lines.slice(plugins[0], plugins[1])) {
      const inline = line.match(/\[(.*)\]/);
      if (inline) names.push(...inline[1].split(','));
      const variable = line.match(/^["']?plugins["']?\s*:\s*["']?(\$\{.*\})/);
      if (variable) names.push(variable[1]);
      const item = line.match(/^\s*-\s*([^#]+)/);
      if (item) names.push(item[1]);
    }
    const clean = names.map((name) => name.trim().replace(/^["']|["']$/g, '')).filter(Boolean);
    const kept = clean.filter(installed);
    removed.push(...clean.filter((name) => !kept.includes(name)));
    const replacement = kept.length ? ['plugins:', ...kept.map((name) => `  - ${name}`)] : [];
    lines.splice(plugins[0], plugins[1] - plugins[0], ...replacement);
  }
  lines.push('configValidationMode: off', '');
  return { text: lines.join('\n'), removed };
}

/** Files that a service expects to have been built: an empty archive stands for each. */
function artifacts(text, folder) {
  for (const [, name] of text.matchAll(/artifact:\s*["']?([^\s"'#]+)/g)) {
    if (name.includes('${')) continue;
    const file = path.join(folder, name);
    if (!path.relative(folder, file).startsWith('..') && !fs.existsSync(file)) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      // The end-of-central-directory record alone is an empty zip.
      fs.writeFileSync(file, Buffer.from([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]));
    }
  }
}

function attempt(copy, relative, stage, source, every) {
  const file = path.join(copy, relative);
  const folder = path.dirname(file);
  const removed = [];
  if (/\.ya?ml$/.test(file)) {
    const prepared = prepare(source, every, folder);
    fs.writeFileSync(file, prepared.text);
    removed.push(...prepared.removed);
    artifacts(source, folder);
  }
  const output = path.join(folder, '.serverless');
  fs.rmSync(output, { recursive: true, force: true });
  const run = spawnSync(process.execPath, [cli, 'package', '--stage', stage, '--config', path.basename(file)], {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: {
      PATH: process.env.PATH,
      HOME: copy,
      AWS_ACCESS_KEY_ID: 'offline',
      AWS_SECRET_ACCESS_KEY: 'offline',
      AWS_EC2_METADATA_DISABLED: 'true',
      SLS_TELEMETRY_DISABLED: '1',
      SLS_NOTIFICATIONS_MODE: 'off',
      SLS_DEPRECATION_DISABLE: '*',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      NO_COLOR: '1',
    },
  });
  const template = path.join(output, 'cloudformation-template-update-stack.json');
  if (run.error) return { error: run.error.message };
  if (!fs.existsSync(template)) {
    const said = `${run.stdout}\n${run.stderr}`.split('\n').filter((line) => line.trim());
    const at = said.findIndex((line) => /^Error:?/.test(line.trim()));
    return { error: said.slice(at < 0 ? -3 : at, at < 0 ? undefined : at + 4).join(' | ').replaceAll(copy, '') };
  }
  const parsed = JSON.parse(fs.readFileSync(template, 'utf8'));
  fs.rmSync(output, { recursive: true, force: true });
  return { resources: parsed.Resources ?? {}, plugins: removed };
}

function expand(copy, relative, stage) {
  const source = fs.readFileSync(path.join(copy, relative), 'utf8').replace(/^\uFEFF/, '');
  const answer = attempt(copy, relative, stage, source, false);
  return /Value not found at|No file matches|package artifact/.test(answer.error ?? '') ? attempt(copy, relative, stage, source, true) : answer;
}

function main() {
  const files = [];
  let root = null;
  let stage = 'dev';
  const args = process.argv.slice(2);
  while (args.length) {
    const arg = args.shift();
    if (arg === '--root') root = path.resolve(args.shift());
    else if (arg === '--stage') stage = args.shift();
    else files.push(arg);
  }
  const copies = new Map();
  const copyOf = (folder) => {
    if (!copies.has(folder)) {
      // Beside the copy and not in it: the plugins are found, but not packed into every archive.
      const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'palisade-sls-'));
      fs.symlinkSync(modules, path.join(parent, 'node_modules'));
      const copy = path.join(parent, 'service');
      fs.cpSync(folder, copy, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (from) => !SKIPPED.has(path.basename(from)),
      });
      copies.set(folder, copy);
    }
    return copies.get(folder);
  };
  try {
    for (const file of files) {
      const absolute = path.resolve(file);
      const base = root ?? path.dirname(absolute);
      let answer;
      try {
        answer = expand(copyOf(base), path.relative(base, absolute), stage);
      } catch (error) {
        answer = { error: String(error.message ?? error) };
      }
      process.stdout.write(`${JSON.stringify({ path: file, ...answer })}\n`);
      if (!root) {
        fs.rmSync(path.dirname(copyOf(base)), { recursive: true, force: true });
        copies.delete(base);
      }
    }
  } finally {
    for (const copy of copies.values()) fs.rmSync(path.dirname(copy), { recursive: true, force: true });
  }
}

main();
