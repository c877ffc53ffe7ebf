// How CloudFormation spells what the library spells otherwise: properties of its `Cfn…` classes whose name in the
// library is not the one of CloudFormation with a small first letter.
//
//     node names.mjs > names.tsv      in a folder where aws-cdk-lib is installed

import fs from 'node:fs';
import path from 'node:path';

const library = path.resolve('node_modules/aws-cdk-lib');
const version = JSON.parse(fs.readFileSync(path.join(library, 'package.json'), 'utf8')).version;
const pair = /[{,]"?([A-Za-z]\w*)"?:(?:(?!properties\.)[^,{}])*\(properties\.(\w+)\)/g;
const rows = new Set();
for (const module of fs.readdirSync(library).filter((name) => name.startsWith('aws-'))) {
  const folder = path.join(library, module, 'lib');
  if (!fs.existsSync(folder)) continue;
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.generated.js'))) {
    for (const [, name, own] of fs.readFileSync(path.join(folder, file), 'utf8').matchAll(pair)) {
      const expected = own[0].toUpperCase() + own.slice(1);
      if (name !== own && name !== expected) rows.add([module.replaceAll('-', '_'), expected, name].join('\t'));
    }
  }
}
console.log(`# aws-cdk-lib ${version}; written by names.mjs. module, the library's name, CloudFormation's`);
for (const row of [...rows].sort()) console.log(row);
