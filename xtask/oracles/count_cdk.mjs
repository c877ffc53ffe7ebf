#!/usr/bin/env node
// Count the Lambda functions of CDK applications in TypeScript and JavaScript, independently of Palisade.
//
//     node count_cdk.mjs DIR
//
// Prints one JSON line an application: {"path": folder of its cdk.json, "language", "entry",
// "functions": [{"file", "line", "from", "class", "id", "loop", "condition", "inside"}],
// "left": [{"file", "line", "class", "reason"}]}. Paths are relative to DIR. PALISADE_ORACLES names
// the folder that holds node/node_modules.
//
// What is counted, and where:
//
// * An application is a folder with a cdk.json whose `app` runs a TypeScript or JavaScript file, and
//   without a cdk.out that holds a manifest and templates (those are read instead of the source).
// * Read are the files that its entry imports, directly or not: by relative paths, by `paths` of a
//   tsconfig.json, or by the name of another package of the repository. So tests, handlers and
//   examples that no application imports do not count.
// * A function is `new X(…)` where X is by its import a construct of FUNCTIONS, or a class of the
//   application that extends one. It counts once at its place for each application that reaches it,
//   however often a loop or a class makes it.
// * Classes and functions at the top of a file count only if something that runs names them; what
//   is left out for that is listed in `left`.
// * `from` and `line` are the first line of the statement and the line of `new`.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const modules = path.resolve(process.env.PALISADE_ORACLES ?? 'target/oracles', 'node/node_modules');
const ts = createRequire(path.join(modules, 'x.js'))('typescript');

const SKIPPED = new Set(['.git', 'node_modules', 'cdk.out', '.oracle', '.aws-sam', '.serverless', '.terraform', '.venv']);
const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs'];
const FUNCTIONS = {
  aws_lambda: ['Function', 'DockerImageFunction', 'SingletonFunction', 'CfnFunction'],
  aws_lambda_nodejs: ['NodejsFunction'],
  aws_lambda_python: ['PythonFunction'],
  aws_lambda_go: ['GoFunction'],
  aws_cloudfront: ['experimental.EdgeFunction'],
  aws_sam: ['CfnFunction'],
  triggers: ['TriggerFunction'],
  'cargo-lambda-cdk': ['RustFunction'],
};
const EACH = new Set(['forEach', 'map', 'flatMap', 'reduce', 'filter']);

function isFile(file) {
  try {
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function* walk(folder) {
  let entries;
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(path.join(folder, entry.name));
    else if (entry.isFile()) yield path.join(folder, entry.name);
  }
}

/** A JSON file with comments and trailing commas; an empty object if it is none. */
function json(file) {
  try {
    return ts.parseConfigFileTextToJson(file, fs.readFileSync(file, 'utf8')).config ?? {};
  } catch {
    return {};
  }
}

function synthesised(folder) {
  const out = path.join(folder, 'cdk.out');
  if (!isFile(path.join(out, 'manifest.json'))) return false;
  return fs.readdirSync(out).some((name) => name.endsWith('.template.json'));
}

/** The file that an `app` command runs. */
function entryOf(folder, app) {
  for (const word of app.split(/[\s;&|]+/).reverse()) {
    const name = word.replace(/["']/g, '');
    if (/\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(name)) {
      // A compiled file is not in the repository; its source is.
      const found = [name.replace(/\.js$/, '.ts'), name.replace(/^(\.\/)?(dist|build|out|lib)\//, '').replace(/\.js$/, '.ts'), name];
      const there = found.map((one) => path.resolve(folder, one)).find(isFile);
      if (there) return there;
    }
  }
  return null;
}

/** Names of the packages of a repository, and their folders. */
function packages(root) {
  const found = new Map();
  for (const file of walk(root)) {
    if (path.basename(file) === 'package.json') {
      const { name } = json(file);
      if (typeof name === 'string' && !found.has(name)) found.set(name, path.dirname(file));
    }
  }
  return found;
}

function asFile(target) {
  const bare = target.replace(/\.(js|mjs|cjs)$/, '');
  const tries = [target, ...ENDINGS.map((e) => target + e), ...ENDINGS.map((e) => bare + e), ...ENDINGS.map((e) => path.join(target, `index${e}`))];
  return tries.find((one) => ENDINGS.includes(path.extname(one)) && !one.endsWith('.d.ts') && isFile(one)) ?? null;
}

/** The `paths` of the nearest tsconfig.json, as [pattern, targets] with absolute targets. */
function aliases(folder, root) {
  for (let at = folder; at.startsWith(root); at = path.dirname(at)) {
    const file = path.join(at, 'tsconfig.json');
    if (isFile(file)) {
      const options = json(file).compilerOptions ?? {};
      const base = path.resolve(at, options.baseUrl ?? '.');
      const found = Object.entries(options.paths ?? {}).map(([k, v]) => [k, [v].flat().map((t) => path.resolve(base, t))]);
      return options.baseUrl ? [...found, ['*', [path.join(base, '*')]]] : found;
    }
  }
  return [];
}

class Application {
  constructor(folder, entry, root, known) {
    Object.assign(this, { folder, root, known, files: new Map(), paths: aliases(folder, root) });
    const queue = [entry];
    while (queue.length > 0) {
      const file = queue.pop();
      if (this.files.has(file)) continue;
      const unit = new Source(file, (name) => this.resolve(file, name));
      this.files.set(file, unit);
      queue.push(...unit.local);
    }
  }

  resolve(from, name) {
    if (name.startsWith('.')) return asFile(path.resolve(path.dirname(from), name));
    for (const [pattern, targets] of this.paths) {
      const [before, after] = pattern.split('*');
      const fits = after === undefined ? name === pattern : name.startsWith(before) && name.endsWith(after);
      if (!fits) continue;
      const middle = after === undefined ? '' : name.slice(before.length, name.length - after.length);
      const found = targets.map((target) => asFile(target.replace('*', middle))).find(Boolean);
      if (found) return found;
    }
    const parts = name.split('/');
    const own = name.startsWith('@') ? parts.splice(0, 2).join('/') : parts.splice(0, 1)[0];
    if (!this.known.has(own)) return null;
    const folder = this.known.get(own);
    if (parts.length > 0) return asFile(path.join(folder, ...parts)) ?? asFile(path.join(folder, 'src', ...parts));
    const main = String(json(path.join(folder, 'package.json')).main ?? 'index');
    return [main, main.replace(/^(\.\/)?(dist|lib|build)\//, 'src/'), main.replace(/^(\.\/)?(dist|build)\//, ''), 'src/index', 'index', 'lib/index']
      .map((one) => asFile(path.join(folder, one.replace(/\.js$/, '')))).find(Boolean) ?? null;
  }

  count() {
    const units = [...this.files.values()].flatMap((source) => source.units);
    const own = new Set();
    for (let before = -1; before !== own.size; ) {
      before = own.size;
      for (const { name, parent, source } of units) {
        if (name && parent && (source.construct(parent) || own.has(parent.at(-1)))) own.add(name);
      }
    }
    const live = new Set(units.filter((unit) => unit.name === null));
    const queue = [...live];
    const named = new Map();
    for (const unit of units) {
      for (const name of unit.names) named.set(name, [...(named.get(name) ?? []), unit]);
    }
    while (queue.length > 0) {
      for (const word of queue.pop().words) {
        for (const unit of named.get(word) ?? []) {
          if (!live.has(unit)) {
            live.add(unit);
            queue.push(unit);
          }
        }
      }
    }
    const functions = [];
    const left = [];
    for (const unit of units) {
      for (const made of unit.made) {
        const found = unit.source.construct(made.chain) ?? (own.has(made.chain.at(-1)) ? made.chain.at(-1) : null);
        if (!found) continue;
        const { file, line, from, id, loop, condition } = made;
        const place = { file: path.relative(this.root, file), line };
        const inside = unit.name === null ? 'top' : unit.isStack ? 'stack' : unit.isClass ? 'construct' : 'helper';
        if (live.has(unit)) functions.push({ ...place, from, class: found, id, loop, condition, inside });
        else left.push({ ...place, class: found, reason: unit.isClass ? 'class never instantiated' : 'helper never called' });
      }
    }
    return { functions, left };
  }
}

/** The name chain of `a.b.c`, or null. */
function chain(node) {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isPropertyAccessExpression(node)) {
    const before = chain(node.expression);
    return before && [...before, node.name.text];
  }
  return null;
}

class Source {
  constructor(file, resolve) {
    Object.assign(this, { file, resolve, imports: new Map(), local: [], units: [] });
    let text = '';
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch {}
    const kind = file.endsWith('x') ? ts.ScriptKind.TSX : /\.[mc]?js$/.test(file) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
    this.tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
    for (const statement of this.tree.statements) this.top(statement);
  }

  bring(name, module, imported) {
    const target = this.resolve(module);
    if (target) this.local.push(target);
    if (name) this.imports.set(name, { module, imported, target });
  }

  top(node) {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const module = node.moduleSpecifier.text;
      const { importClause: clause } = node;
      this.bring(clause?.name?.text, module, 'default');
      const bound = clause?.namedBindings;
      if (bound && ts.isNamespaceImport(bound)) this.bring(bound.name.text, module, '*');
      for (const one of (bound && ts.isNamedImports(bound) && bound.elements) || []) {
        this.bring(one.name.text, module, (one.propertyName ?? one.name).text);
      }
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      this.bring(node.name.text, node.moduleReference.expression.text ?? '', '*');
    } else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier) this.bring(null, node.moduleSpecifier.text, '*');
    } else if (ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node)) {
      this.unit(node, node.name?.text ?? 'default', node);
    } else if (ts.isVariableStatement(node)) {
      for (const one of node.declarationList.declarations) this.variable(one);
    } else {
      this.unit(node, null, node);
    }
  }

  variable(one) {
    const value = one.initializer;
    const required = value && ts.isCallExpression(value) && value.expression.getText() === 'require' && value.arguments[0]?.text;
    if (required && ts.isIdentifier(one.name)) {
      this.bring(one.name.text, required, '*');
    } else if (required && ts.isObjectBindingPattern(one.name)) {
      for (const part of one.name.elements) this.bring(part.name.text, required, (part.propertyName ?? part.name).text);
    } else if (value && ts.isIdentifier(one.name) && (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value))) {
      this.unit(value, one.name.text, value);
    } else {
      this.unit(one, null, one);
    }
  }

  /** What runs together: a class, a function, or a statement at the top of the file. */
  unit(node, name, declaration) {
    const unit = { source: this, name, names: name ? [name] : [], words: new Set(), made: [], parent: null };
    unit.isClass = ts.isClassLike(declaration);
    if (unit.isClass) {
      const heritage = declaration.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword);
      unit.parent = heritage ? chain(heritage.types[0].expression) : null;
      unit.isStack = /(Stack|Stage)$/.test(unit.parent?.at(-1) ?? '');
    }
    if (declaration.modifiers?.some((one) => one.kind === ts.SyntaxKind.DefaultKeyword)) unit.names.push(`default@${this.file}`);
    const visit = (at) => {
      if (ts.isIdentifier(at)) this.word(unit, at.text);
      if (ts.isNewExpression(at)) this.made(unit, at);
      ts.forEachChild(at, visit);
    };
    ts.forEachChild(node, visit);
    if (ts.isExportAssignment(node) && ts.isIdentifier(node.expression)) unit.words.delete(node.expression.text);
    this.units.push(unit);
  }

  word(unit, text) {
    unit.words.add(text);
    const brought = this.imports.get(text);
    if (brought?.imported === 'default' && brought.target) {
      unit.words.add(`default@${brought.target}`);
      unit.words.add('default');
    } else if (brought) {
      unit.words.add(brought.imported);
    }
  }

  made(unit, node) {
    const names = chain(node.expression);
    if (!names) return;
    const lineOf = (at) => this.tree.getLineAndCharacterOfPosition(at.getStart(this.tree)).line + 1;
    let statement = node;
    while (statement.parent && !ts.isStatement(statement) && !ts.isClassElement(statement)) statement = statement.parent;
    const second = node.arguments?.[1];
    unit.made.push({
      chain: names,
      file: this.file,
      line: lineOf(node),
      from: lineOf(statement),
      id: second && ts.isStringLiteralLike(second) ? second.text : null,
      ...this.around(node),
    });
  }

  /** Whether a loop or a condition stands around the node, within its function or class. */
  around(node) {
    let loop = null;
    let condition = false;
    for (let at = node; at.parent; at = at.parent) {
      const above = at.parent;
      if (ts.isForOfStatement(above) || ts.isForInStatement(above)) loop ??= this.known(above.expression) ? 'literal' : 'unknown';
      else if (ts.isForStatement(above) || ts.isWhileStatement(above)) loop ??= 'unknown';
      else if (ts.isCallExpression(above) && above.arguments.includes(at) && ts.isPropertyAccessExpression(above.expression) && EACH.has(above.expression.name.text)) {
        loop ??= this.known(above.expression.expression) ? 'literal' : 'unknown';
      } else if ((ts.isIfStatement(above) && above.expression !== at) || (ts.isConditionalExpression(above) && above.condition !== at)) condition = true;
    }
    return { loop, condition };
  }

  /** Whether what is looped over is written out in the file. */
  known(node) {
    if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) return true;
    if (ts.isCallExpression(node) && /^Object\.(keys|values|entries)$/.test(node.expression.getText())) return this.known(node.arguments[0]);
    if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return this.known(node.expression);
    if (!ts.isIdentifier(node)) return false;
    let found = false;
    const visit = (at) => {
      if (ts.isVariableDeclaration(at) && at.name.getText() === node.text && at.initializer && !ts.isIdentifier(at.initializer)) found ||= this.known(at.initializer);
      ts.forEachChild(at, visit);
    };
    visit(this.tree);
    return found;
  }

  /** The name of the function construct that a name chain stands for by the imports, or null. */
  construct(names) {
    const brought = this.imports.get(names[0]);
    if (!brought || brought.target) return null;
    const rest = [...(brought.imported === '*' || brought.imported === 'default' ? [] : [brought.imported]), ...names.slice(1)];
    const [, service] = /^(?:aws-cdk-lib|monocdk|@aws-cdk)\/([\w-]+)/.exec(brought.module) ?? [];
    let name = service ?? (/^(aws-cdk-lib|monocdk)$/.test(brought.module) ? rest.shift() : brought.module);
    if (!name) return null;
    name = name === 'cargo-lambda-cdk' ? name : name.replace(/-alpha$/, '').replaceAll('-', '_').replace(/_alpha$/, '');
    const wanted = rest.join('.');
    return FUNCTIONS[name]?.includes(wanted) ? wanted : null;
  }
}

const tree = path.resolve(process.argv[2]);
const owners = new Map();
for (const file of walk(tree)) {
  if (path.basename(file) !== 'cdk.json') continue;
  const folder = path.dirname(file);
  const app = json(file).app;
  if (typeof app !== 'string' || synthesised(folder)) continue;
  const entry = entryOf(folder, app);
  if (!entry) continue;
  const top = path.join(tree, path.relative(tree, folder).split(path.sep)[0]);
  if (!owners.has(top)) owners.set(top, packages(top));
  const { functions, left } = new Application(folder, entry, tree, owners.get(top)).count();
  const language = /\.[mc]?js$/.test(entry) ? 'javascript' : 'typescript';
  console.log(JSON.stringify({ path: path.relative(tree, folder) || '.', language, entry: path.relative(tree, entry), functions, left }));
}
