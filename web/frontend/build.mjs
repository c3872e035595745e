// Bundles the front end into the folder given as first argument, and writes manifest.json: plain name -> hashed name.
// Into the folder given as second argument goes feelin.js, which the server runs in V8 (SANBAN_FEEL=feelin), with its notices.
//
//   app.js         htmx and every file of js/app/, in alphabetical order
//   app.css        the parts of Bootstrap we use and every file of css/, in alphabetical order
//   viewer.js/.css     a diagram with what happened on it      (elements with data-diagram)
//   designer.js/.css   a diagram with what is wrong with it    (elements with data-designer)
//   charts.js          the tables of the reports as pictures   (elements with data-chart)
//   sprite.svg     the icons that templates, Python and icons.txt name, one <symbol> each

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const web = dirname(here);
const target = resolve(process.argv[2] ?? join(web, 'static', 'dist'));
const feel = resolve(process.argv[3] ?? join(web, '..', 'engine', 'bpmn', 'expressions', 'dist'));
const fresh = `${target}.building-${process.pid}`;
const PARTS_OF_BOOTSTRAP = ['reboot', 'grid', 'utilities'];

const listed = async (folder, extension) =>
  (await readdir(join(here, folder)).catch(() => [])).filter((name) => name.endsWith(extension)).sort();

async function entry(folder, extension, first, statement) {
  const own = (await listed(folder, extension)).map((name) => `./${folder}/${name}`);
  return [...first, ...own].map(statement).join('\n');
}

async function bundle(name, loader, contents, engine = 'chrome88') {
  const result = await build({
    stdin: { contents, resolveDir: here, sourcefile: `entry-of-${name}`, loader },
    outfile: join(fresh, `${name}.${loader}`),
    bundle: true,
    minify: true,
    format: loader === 'js' ? 'iife' : undefined,
    target: engine, // of browsers, the oldest engine of the domestic ones we know of
    supported: { nesting: false },
    loader: { '.svg': 'dataurl' },
    legalComments: 'none', // the full texts are in third-party-notices.txt
    charset: 'utf8',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  return {
    files: result.outputFiles.map(({ path, contents: bytes }) => [basename(path), bytes]),
    inputs: Object.keys(result.metafile.inputs),
  };
}

// one file of one line for the engine: nothing of it is served to a browser
async function feelin() {
  const built = await bundle('feelin', 'js', 'import "./js/feel/index.js";', 'es2022');
  await mkdir(feel, { recursive: true });
  await writeFile(join(feel, 'third-party-notices.txt'), await notices(built.inputs, []));
  for (const [name, bytes] of built.files) {
    await writeFile(join(feel, `${name}.new`), bytes);
    await rename(join(feel, `${name}.new`), join(feel, name));
  }
  return built.files;
}

async function bundles() {
  const part = (name) => `bootstrap/dist/css/bootstrap-${name}.css`;
  const css = await entry('css', '.css', PARTS_OF_BOOTSTRAP.map(part), (path) => `@import "${path}";`);
  const js = await entry('js/app', '.js', ['./js/vendor/htmx.js'], (path) => `import "${path}";`);
  const diagram = (name) => [
    bundle(name, 'js', `import "./js/vendor/polyfills.js"; import "./js/${name}/index.js";`),
    bundle(name, 'css', `@import "./js/${name}/${name}.css";`),
  ];
  return Promise.all([
    bundle('app', 'css', css),
    bundle('app', 'js', js),
    ...diagram('viewer'),
    ...diagram('designer'),
    bundle('charts', 'js', 'import "./js/charts/index.js";'),
  ]);
}

// ---------------------------------------------------------------- icons

async function* sources(folder) {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) {
      if (!['node_modules', 'static'].includes(item.name)) yield* sources(path);
    } else if (['.html', '.j2', '.py', '.svg'].includes(extname(item.name))) yield path;
  }
}

async function iconNames() {
  const names = new Map();
  for await (const path of sources(web)) {
    const text = await readFile(path, 'utf8');
    for (const [, name] of text.matchAll(/\bicon\(\s*['"]([a-z0-9-]+)['"]/g)) names.set(name, relative(here, path));
  }
  // names that are chosen by data, such as those of the navigation, stand in a list
  const list = await readFile(join(here, 'icons.txt'), 'utf8');
  for (const line of list.split('\n')) {
    const name = line.replace(/#.*/, '').trim();
    if (name) names.set(name, 'icons.txt');
  }
  return names;
}

async function sprite() {
  const symbols = [];
  for (const [name, from] of [...(await iconNames())].sort()) {
    const [style, plain] = name.endsWith('-filled') ? ['filled', name.slice(0, -7)] : ['outline', name];
    const file = join(here, 'node_modules', '@tabler', 'icons', 'icons', style, `${plain}.svg`);
    const svg = await readFile(file, 'utf8').catch(() => {
      throw new Error(`no icon named "${name}" (asked for in ${from})`);
    });
    const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    const paint = style === 'filled' ? ' fill="currentColor" stroke="none"' : '';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24"${paint}>${shapes.replace(/\s*\n\s*/g, '')}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`;
}

// ---------------------------------------------------------------- notices

async function notices(inputs, known = ['@tabler/icons']) {
  const packages = new Set(known);
  for (const path of inputs) {
    const [, name] = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
    if (name) packages.add(name);
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, 'node_modules', name);
    const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((item) => /^licen[cs]e/i.test(item));
    const author = typeof about.author === 'object' ? about.author?.name : about.author;
    const text = file
      ? await readFile(join(folder, file), 'utf8')
      : `Licence: ${about.license}. Author: ${author ?? 'its contributors'}. (The package carries no licence text.)`;
    parts.push(`${name} ${about.version}\n${'='.repeat(72)}\n\n${text.trim()}\n`);
  }
  return `The files beside this one contain the following software.\n\n${parts.join('\n\n')}`;
}

// ---------------------------------------------------------------- output

function hashed(name, bytes) {
  const extension = extname(name);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  return `${basename(name, extension)}.${hash}${extension}`;
}

const built = await bundles();
const files = built.flatMap((one) => one.files);
files.push(['sprite.svg', Buffer.from(await sprite())]);

await mkdir(fresh, { recursive: true });
const manifest = {};
for (const [name, bytes] of files) {
  manifest[name] = hashed(name, bytes);
  await writeFile(join(fresh, manifest[name]), bytes);
}
await writeFile(join(fresh, 'third-party-notices.txt'), await notices(built.flatMap((one) => one.inputs)));
await writeFile(join(fresh, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

// one generation stays: a page that is open, or a server that runs, still asks for the names of the build before
const before = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8').catch(() => '{}'));
for (const name of Object.values(before)) {
  if (!Object.values(manifest).includes(name)) await copyFile(join(target, name), join(fresh, name)).catch(() => {});
}

// a reader of the old folder never sees half of a new one
await rm(target, { recursive: true, force: true });
await mkdir(dirname(target), { recursive: true });
await rename(fresh, target);
files.push(...(await feelin()));
for (const [name, bytes] of files) console.log(`${name.padEnd(14)} ${(bytes.length / 1024).toFixed(1).padStart(8)} KB`);
