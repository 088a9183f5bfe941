/** The types of an app’s own user: from `verify` to the hooks, `assess`, signals and step-up, without a cast. */
import { expect, expectTypeOf, test } from 'vitest';
import {
  type Assess,
  type AssessContext,
  type Claims,
  type MagicLinkOptions,
  MagicLinkStrategy,
  MemoryStore,
  type Verify,
} from '../../lib/index.js';
import {
  dormant,
  mailDomainChanged,
  type SignalContext,
  type SignalProvider,
  signals,
} from '../../lib/signals/index.js';
import { SECRET } from '../support/app.js';

interface User {
  readonly id: number;
  readonly lastLogin?: number;
  readonly mailHosts?: string;
}

const required = {
  secret: SECRET,
  origin: 'http://localhost:3000',
  callbackPath: '/login/callback',
  store: new MemoryStore(),
  mail: { deliver: async () => {} },
};

type Hooks = Pick<
  MagicLinkOptions<User, MagicLinkStrategy<User>>,
  'isFirstProof' | 'onFirstProof' | 'endSessions' | 'assess'
>;

const find = async (_claims: Claims): Promise<User | false> => ({ id: 7 });

test('the user is what verify returns, in each of its styles', () => {
  expectTypeOf(new MagicLinkStrategy(required, find)).toEqualTypeOf<MagicLinkStrategy<User>>();
  expectTypeOf(new MagicLinkStrategy(required, ({ address }) => ({ id: address.length }))).toEqualTypeOf<
    MagicLinkStrategy<{ id: number }>
  >();
  expectTypeOf(
    new MagicLinkStrategy({ ...required, passReqToCallback: true }, (req, claims) => req.secure && find(claims)),
  ).toEqualTypeOf<MagicLinkStrategy<User>>();
  const byCallback = new MagicLinkStrategy<User>({ ...required, verifyStyle: 'callback' }, (_claims, done) => {
    done(null, { id: 7 });
    // @ts-expect-error
    expect(() => done(null, { name: 'Ada' })).not.toThrow();
  });
  expectTypeOf(byCallback).toEqualTypeOf<MagicLinkStrategy<User>>();
});

test('a named user type is what hooks and assess are given', () => {
  const strategy = new MagicLinkStrategy<User>(
    {
      ...required,
      isFirstProof: (user, claims, given) => {
        expectTypeOf(user).toEqualTypeOf<User>();
        expectTypeOf(claims).toEqualTypeOf<Claims>();
        expectTypeOf(given).toEqualTypeOf<MagicLinkStrategy<User>>();
        return user.id === 7;
      },
      onFirstProof: (user, _claims, given) =>
        given.addressChanged({ user, from: 'a@example.com', to: 'b@example.com' }),
      endSessions: (user, given) => given.events.on('*', () => user.id),
      assess: (login) => {
        expectTypeOf(login).toEqualTypeOf<AssessContext<User>>();
        return login.user.id === 7 ? 'allow' : { decision: 'deny', raised: [{ reason: 'unknown', decision: 'deny' }] };
      },
    },
    find,
  );
  expectTypeOf(strategy.addressChanged).parameter(0).toHaveProperty('user').toEqualTypeOf<User>();
});

test('signals are typed by the user, and what they return fits in assess', () => {
  const assess = signals<User>({
    providers: [
      mailDomainChanged({
        get: ({ user }) => user.mailHosts,
        set: ({ user }, seen) => `${user.id}${seen}`,
        onError: 'deny',
      }),
      dormant({ months: 12, lastLogin: ({ user }) => user.lastLogin, onError: 'stepUp' }),
      { name: 'own', assess: ({ user }) => (user.id === 7 ? 'allow' : 'deny'), onError: 'deny' },
    ],
  });
  expectTypeOf(assess).toExtend<Assess<User>>();
  expectTypeOf(assess.remember).parameter(0).toHaveProperty('user').toEqualTypeOf<User>();
  expectTypeOf(new MagicLinkStrategy({ ...required, assess }, find)).toEqualTypeOf<MagicLinkStrategy<User>>();
  // One that reads no user is anybody's.
  const network: SignalProvider = {
    name: 'network',
    assess: ({ req }) => (req.ip ? 'allow' : 'deny'),
    onError: 'deny',
  };
  expectTypeOf(signals<User>({ providers: [network] })).toExtend<Assess<User>>();
  expectTypeOf<SignalContext<User>['user']>().toEqualTypeOf<User>();
});

test('what is not the user’s does not compile', () => {
  const make = (options: Hooks, verify: Verify<User> = find) =>
    new MagicLinkStrategy<User>({ ...required, ...options }, verify);
  // @ts-expect-error
  make({}, async () => ({ name: 'Ada' }));
  // @ts-expect-error
  make({ isFirstProof: (user) => user.provenAt === undefined, onFirstProof: () => {} });
  // @ts-expect-error
  make({ endSessions: (user) => user.sessions });
  // @ts-expect-error
  make({ endSessions: (_user, strategy) => strategy.end });
  // @ts-expect-error
  make({ assess: ({ user }) => (user.isSuspended ? 'deny' : 'allow') });
  // @ts-expect-error
  make({ assess: () => 'confirm' });
  // @ts-expect-error
  make({ assess: () => ({ decision: 'deny' }) });
  // @ts-expect-error
  make({ assess: () => ({ decision: 'deny', raised: [{ decision: 'deny' }] }) });
  // @ts-expect-error
  const wrong = () => make({}).addressChanged({ user: 'ada', from: 'a@example.com', to: 'b@example.com' });
  expect(wrong).toBeTypeOf('function');
});

test('what is no signal of the user’s does not compile, and is refused where it can be seen', () => {
  // @ts-expect-error
  expect(() => signals({})).toThrow(/^providers must be one at least/);
  // @ts-expect-error
  expect(() => signals({ providers: [{ name: 'own', assess: () => 'allow' }] })).toThrow(/^own.onError must say/);
  // @ts-expect-error
  expect(() => dormant({ months: 12, onError: 'deny' })).toThrow(/^dormant.lastLogin must be/);
  // @ts-expect-error
  expect(() => mailDomainChanged({ get: () => 'x', onError: 'deny' })).toThrow(/^mailDomainChanged.set must be/);
  // @ts-expect-error
  dormant<User>({ months: 12, lastLogin: ({ user }) => user.seenAt, onError: 'deny' });
  // @ts-expect-error
  signals<User>({ providers: [{ name: 'own', assess: ({ user }) => user.decision, onError: 'deny' }] });
});
