/** The factor store's contract, kept in memory, in Redis with every client, and in the SQL table of the docs. */
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FactorStore, MemoryFactorStore, RedisFactorStore } from '../../../lib/step-up/index.js';
import { type FactorStoreHarness, factorStoreContract } from '../../../lib/testing/index.js';
import { useServers } from '../../support/redis.js';
import { ALL_CLIENTS } from '../../support/redis-clients.js';

const PATIENT = { redisTimeoutMs: 20_000 };

describe('MemoryFactorStore keeps the contract', () => {
  const store = new MemoryFactorStore();
  for (const { name, run } of factorStoreContract(() => ({ store }))) test(name, run);

  test('and is for development only', () => {
    expect(store.developmentOnly).toBe(true);
  });
});

describe('in Redis', () => {
  const servers = useServers();

  describe.each(ALL_CLIENTS)('RedisFactorStore with $name keeps the contract', (kind) => {
    let harness: FactorStoreHarness;

    beforeAll(async () => {
      harness = {
        store: new RedisFactorStore((await servers.connect(kind)).client, PATIENT),
        other: new RedisFactorStore((await servers.connect(kind)).client, PATIENT),
      };
    });

    for (const { name, run } of factorStoreContract(() => harness)) test(name, run);
  });

  test('a document is one string without an end, under the prefix', async () => {
    const [kind] = ALL_CLIENTS as [(typeof ALL_CLIENTS)[number]];
    const store = new RedisFactorStore((await servers.connect(kind)).client, { ...PATIENT, keyPrefix: 'app:' });
    await store.write('someone', undefined, 'sealed');
    const admin = servers.admin(kind);
    expect(await admin.get('app:factors:{someone}')).toBe('sealed');
    expect(await admin.ttl('app:factors:{someone}')).toBe(-1);
  });
});

test('RedisFactorStore refuses another client, or a wrong option, as RedisStore does', () => {
  expect(() => new RedisFactorStore({} as never)).toThrow(TypeError);
  expect(() => new RedisFactorStore({} as never, { keyPrefx: 'x' } as never)).toThrow(/did you mean keyPrefix/);
});

describe('the table of docs/step-up.md keeps the contract', () => {
  const documentation = readFileSync(new URL('../../../docs/step-up.md', import.meta.url), 'utf8');
  const [, table = ''] = documentation.match(/^```sql\n(.*?)^```$/ms) ?? [];
  const [, source = ''] = documentation.match(/^```ts\n([^`]*class SqlFactorStore.*?)^```$/ms) ?? [];
  let database: PGlite;
  let store: FactorStore;

  beforeAll(async () => {
    database = await PGlite.create();
    await database.exec(table);
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const module = { exports: {} as { SqlFactorStore: new (pool: unknown) => FactorStore } };
    new Function('module', 'exports', 'require', outputText)(module, module.exports, () => ({}));
    // What node-postgres calls rowCount, PGlite calls affectedRows.
    const pool = {
      query: async (text: string, values: unknown[]) => {
        const { rows, affectedRows } = await database.query(text, values);
        return { rows, rowCount: affectedRows };
      },
    };
    store = new module.exports.SqlFactorStore(pool);
  });
  afterAll(() => database.close());

  for (const { name, run } of factorStoreContract(() => ({ store }))) test(name, run);
});
