/** The rules of the house: who may import whom, and what no file of lib/ does. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const LIB = fileURLToPath(new URL('../lib/', import.meta.url));

const INNER = ['util', 'errors', 'events', 'protocol'];
const ROOMS = ['store', 'session', 'limits', 'mail', 'web'];
/** Between the protocol and the rooms: what a person reads, and how it looks. */
const BELOW = [...INNER, 'texts', ...ROOMS];

/** Each room, and the rooms that it may import. A folder is a room; so is a file that lies beside them. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  util: ['util', 'errors'],
  events: ['util', 'errors', 'events'],
  protocol: INNER,
  texts: [...INNER, 'texts'],
  ...Object.fromEntries(ROOMS.map((room) => [room, [...INNER, 'texts', room]])),
  notices: [...INNER, 'texts', 'mail', 'notices'],
  options: [...BELOW, 'notices', 'options'],
  strategy: [...BELOW, 'notices', 'options', 'strategy'],
  router: [...BELOW, 'options', 'strategy', 'router'],
  index: [...BELOW, 'notices', 'options', 'strategy', 'router'],
  doctor: [...INNER, 'store', 'session', 'options', 'strategy', 'doctor'],
  audit: [...INNER, 'store', 'strategy', 'audit'],
  signals: [...INNER, 'options', 'signals'],
  'step-up': [...INNER, 'texts', 'store', 'session', 'web', 'options', 'strategy', 'step-up'],
  testing: [...INNER, 'step-up', 'testing'],
};

/** The same within the larger rooms: each inner room, and the inner rooms beside itself that it may import. */
const MAY_IMPORT_WITHIN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  strategy: {
    'authenticate-options': [],
    'request-events': [],
    exchange: ['authenticate-options'],
    exits: ['authenticate-options', 'exchange'],
    assess: ['exchange'],
    notify: ['exchange'],
    'change-address': ['exchange'],
    invite: ['authenticate-options', 'exchange'],
    port: ['exchange'],
    actions: ['authenticate-options', 'exchange', 'exits', 'assess', 'notify'],
    strategy: [
      'actions',
      'authenticate-options',
      'change-address',
      'exchange',
      'exits',
      'invite',
      'port',
      'request-events',
    ],
  },
  'step-up': {
    factors: [],
    pages: [],
    store: ['factors'],
    session: ['factors'],
    flows: ['factors', 'store', 'session'],
    options: ['factors', 'store', 'session', 'flows', 'pages'],
    services: ['store', 'flows', 'options'],
    routes: ['factors', 'session', 'flows', 'pages', 'options', 'services'],
    require: ['factors', 'session', 'options', 'services', 'routes'],
    'step-up': ['session', 'flows', 'options', 'services', 'routes', 'require'],
    index: ['factors', 'store', 'session', 'flows', 'pages', 'options', 'require', 'step-up'],
  },
};

/** What is imported of the strategy from outside it: the class, its port, and what a request is told and asked. */
const STRATEGY_SHOWS: Readonly<Record<string, readonly string[]>> = {
  router: ['strategy', 'authenticate-options', 'exchange'],
  index: ['strategy', 'authenticate-options', 'change-address', 'invite', 'port'],
  doctor: ['strategy', 'port'],
  audit: ['strategy', 'port'],
  'step-up': ['strategy', 'port'],
};

/** What a room may import of Node and of packages; one that is not named here: `ELSEWHERE`. */
const FROM_OUTSIDE: Readonly<Record<string, RegExp>> = {
  util: /^express, types$/,
  errors: /^(?!)/,
  events: /^node:diagnostics_channel$/,
  protocol: /^node:(crypto|url)$/,
  strategy: /^(node:.*|express, types|passport-strategy)$/,
  router: /^(node:.*|express(, types)?)$/,
  'step-up': /^(node:.*|express(, types)?|@simplewebauthn\/server|otplib|uqr)$/,
};

const ELSEWHERE = /^(node:.*|express, types)$/;

const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => {
    const text = readFileSync(LIB + path, 'utf8');
    const nodes = withDescendants(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
    return { path, room: roomOf(path), text, nodes, imports: nodes.flatMap((node) => importOf(path, node)) };
  });

/** `mail/outbox.ts` is of `mail`, `router.ts` of `router`. */
function roomOf(path: string): string {
  return path.replace(/[/.].*/, '');
}

function withDescendants(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return [node, ...children.flatMap(withDescendants)];
}

/** What this node imports, if it does: by `import`, `export from`, `import()`, `require()` or in a type. */
function importOf(importer: string, node: ts.Node): { from: string; typeOnly: boolean; ours: boolean }[] {
  const found = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier) return [];
    const name = ts.isStringLiteral(specifier) ? specifier.text : specifier.getText();
    const ours = name.startsWith('.');
    return [{ from: ours ? posix.join(posix.dirname(importer), name) : name, typeOnly, ours }];
  };
  if (ts.isImportDeclaration(node)) {
    return found(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
  }
  if (ts.isExportDeclaration(node)) return found(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node)) return found(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node, true);
  if (ts.isExternalModuleReference(node)) return found(node.expression, false);
  const loads =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require');
  return loads ? found(node.arguments[0], false) : [];
}

/** `path: what` for each node that breaks a rule. */
const breaches = (isBreach: (node: ts.Node, path: string) => boolean) =>
  files.flatMap(({ path, nodes }) =>
    nodes.filter((node) => isBreach(node, path)).map((node) => `${path}: ${node.getText().slice(0, 80)}`),
  );

/** The files that import this module of Node's. */
const importersOf = (name: string) =>
  files
    .filter(({ imports }) => imports.some(({ from }) => from === name || from === `node:${name}`))
    .map(({ path }) => path);

const isNamed = (node: ts.Node, ...names: string[]) => ts.isIdentifier(node) && names.includes(node.text);
const accessOf = (node: ts.Node, object: string) =>
  ts.isPropertyAccessExpression(node) && isNamed(node.expression, object) ? node.name.text : undefined;

test('every file belongs to a room', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter(({ room }) => !Object.hasOwn(MAY_IMPORT, room)).map(({ path }) => path)).toEqual([]);
});

test('imports run one way: protocol <- texts <- store, session, limits, mail, web <- notices <- options <- strategy <- router <- index', () => {
  const wrong = files.flatMap(({ path, room, imports }) =>
    imports
      .filter(({ ours, from }) => ours && !MAY_IMPORT[room]?.includes(roomOf(from)))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('imports run one way within the larger rooms, too', () => {
  const inner = (path: string) => roomOf(path.replace(/^[^/]*\//, ''));
  const wrong = files.flatMap(({ path, room, imports }) => {
    const walls = MAY_IMPORT_WITHIN[room];
    if (!walls) return [];
    const mine = inner(path);
    return imports
      .filter(({ ours, from }) => ours && roomOf(from) === room && inner(from) !== mine)
      .filter(({ from }) => !walls[mine]?.includes(inner(from)))
      .map(({ from }) => `${path} imports ${from}`);
  });
  expect(wrong).toEqual([]);
  for (const [room, walls] of Object.entries(MAY_IMPORT_WITHIN)) {
    const there = new Set(files.filter((file) => file.room === room).map(({ path }) => inner(path)));
    expect(Object.keys(walls).sort(), `the inner rooms of ${room}`).toEqual([...there].sort());
  }
});

test('of the strategy, other rooms import what it shows, and no more', () => {
  const wrong = files.flatMap(({ path, room, imports }) =>
    imports
      .filter(({ ours, from }) => ours && room !== 'strategy' && roomOf(from) === 'strategy')
      .filter(({ from }) => !STRATEGY_SHOWS[room]?.includes(from.replace(/^strategy\/|\.js$/g, '')))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself by a detour, not even its types', () => {
  const importsOf = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ ours }) => ours).map(({ from }) => from.replace(/\.js$/, '.ts')),
    ]),
  );
  const reaches = (start: string) => {
    const reached = new Set<string>();
    const walk = (path: string): void => {
      for (const next of importsOf.get(path) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        walk(next);
      }
    };
    walk(start);
    return reached;
  };
  expect(files.map(({ path }) => path).filter((path) => reaches(path).has(path))).toEqual([]);
});

test('other packages and Node are imported only where they may be', () => {
  const wrong = files.flatMap(({ path, room, imports }) =>
    imports
      .filter(({ ours }) => !ours)
      .map(({ from, typeOnly }) => (typeOnly ? `${from}, types` : from))
      .filter((from) => !(FROM_OUTSIDE[room] ?? ELSEWHERE).test(from))
      .map((from) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('what a factor needs is imported by its own file alone, so that an app installs it for that factor only', () => {
  const NEEDS: Readonly<Record<string, readonly string[]>> = {
    '@simplewebauthn/server': ['step-up/factors/passkeys.ts'],
    otplib: ['step-up/factors/totp.ts'],
    uqr: ['step-up/factors/totp.ts'],
  };
  for (const [name, importers] of Object.entries(NEEDS)) expect(importersOf(name)).toEqual(importers);
  const loaders = files
    .filter(({ imports }) => imports.some(({ from }) => /^step-up\/factors\/(passkeys|totp)\./.test(from)))
    .map(({ path }) => path);
  expect(loaders).toEqual([]);
});

test('of step-up, the tests of the contracts know nothing but types', () => {
  const known = files
    .filter(({ room }) => room === 'testing')
    .flatMap(({ imports }) => imports.filter(({ from }) => from.startsWith('step-up/')));
  expect(known.every(({ typeOnly }) => typeOnly)).toBe(true);
});

test('nothing reads the environment: of process only emitWarning is used', () => {
  expect(importersOf('process')).toEqual([]);
  expect(
    breaches(
      (node) => isNamed(node, 'process') && !(node.parent && accessOf(node.parent, 'process') === 'emitWarning'),
    ),
  ).toEqual([]);
});

test('every warning goes through util/warn.ts, which gives it a code and a link', () => {
  expect(breaches((node, path) => path !== 'util/warn.ts' && isNamed(node, 'emitWarning'))).toEqual([]);
});

test('every error is made in errors.ts or is a MagicLinkError, so that it has a link', () => {
  const isBuiltIn = (node: ts.Node) =>
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    /^(Type|Range|Aggregate)?Error$/.test(node.expression.getText());
  const isSubclass = (node: ts.Node) =>
    ts.isHeritageClause(node) && node.types.some(({ expression }) => /^(Type|Range)?Error$/.test(expression.getText()));
  const made = breaches((node, path) => path !== 'errors.ts' && (isBuiltIn(node) || isSubclass(node)));
  expect(made).toEqual([]);
});

test('nothing writes to the console', () => {
  expect(importersOf('console')).toEqual([]);
  expect(breaches((node) => isNamed(node, 'console'))).toEqual([]);
});

test('SE-09: a secret is compared by timingSafeEqual, or by its digest in the store', () => {
  const isSecret = (node: ts.Node) => /(?:^|\.|\()(?:mac|mark|secret|nonce|signature)\)?$/i.test(node.getText());
  const isValue = (node: ts.Node) =>
    !ts.isLiteralExpression(node) && node.getText() !== 'undefined' && !ts.isTypeOfExpression(node);
  const EQUALITY = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
  expect(
    breaches(
      (node) =>
        ts.isBinaryExpression(node) &&
        EQUALITY.includes(node.operatorToken.kind) &&
        [node.left, node.right].some(isSecret) &&
        [node.left, node.right].every(isValue),
    ),
  ).toEqual([]);
  expect(files.filter(({ text }) => text.includes('timingSafeEqual(')).map(({ path }) => path)).toEqual([
    'limits/device-cookie.ts',
    'protocol/not-me.ts',
    'protocol/token.ts',
  ]);
});

test('TK-01: randomness comes from protocol/crypto.ts', () => {
  const sources = ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'getRandomValues'];
  expect(breaches((node, path) => path !== 'protocol/crypto.ts' && isNamed(node, ...sources))).toEqual([]);
});

test('TK-01: nothing uses Math.random or randomUUID', () => {
  expect(breaches((node) => accessOf(node, 'Math') === 'random' || isNamed(node, 'randomUUID'))).toEqual([]);
});

test('the time comes from a clock that can be set', () => {
  const readsTime = (node: ts.Node) =>
    (ts.isCallExpression(node) && accessOf(node.expression, 'Date') === 'now') ||
    (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) ||
    isNamed(node, 'performance', 'hrtime');
  expect(breaches(readsTime)).toEqual([]);
});

test('nothing is a default export', () => {
  const isDefault = (node: ts.Node) =>
    ts.isExportAssignment(node) ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && ts.isModifier(node)) ||
    (ts.isExportSpecifier(node) && node.name.text === 'default');
  expect(breaches(isDefault)).toEqual([]);
});

test('every file says its job in a doc comment on its first line', () => {
  expect(files.filter(({ text }) => !/^\/\*\* \S.*\. \*\/\n/.test(text)).map(({ path }) => path)).toEqual([]);
});

test('the protocol speaks no Lua: what a store runs, and how, is its own', () => {
  const LUA = /\b(?:Lua|KEYS|ARGV|eval|evalsha|[sS]criptClient)\b/;
  expect(files.filter(({ room, text }) => room === 'protocol' && LUA.test(text)).map(({ path }) => path)).toEqual([]);
});
