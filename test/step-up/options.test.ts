/** What StepUp takes, and how it refuses what it does not. */
import { describe, expect, test } from 'vitest';
import { MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { totp } from '../../lib/step-up/factors/totp.js';
import { type Factor, MemoryFactorStore, StepUp, type StepUpOptions } from '../../lib/step-up/index.js';
import { SECRET } from '../support/app.js';
import { misuse } from '../support/errors.js';

const strategyOf = (origin: string) =>
  new MagicLinkStrategy(
    {
      secret: SECRET,
      origin,
      callbackPath: '/login/callback',
      store: origin.startsWith('https') ? production(new MemoryStore()) : new MemoryStore(),
      mail: { deliver: async () => {} },
    },
    () => ({}),
  );

const production = <T extends object>(store: T): T => Object.create(store, { developmentOnly: { value: false } }) as T;

const strategy = strategyOf('http://localhost:3000');
const right: StepUpOptions = {
  store: new MemoryFactorStore(),
  factors: [totp()],
  user: () => undefined,
};
const RECOVERY_NOTIFY = 'recovery.notify must tell a second channel, and reject where it could not';
const STORE = 'store must keep factors: pass new RedisFactorStore(client), or a FactorStore of your own';
const FACTORS = 'factors must be one at least, such as [passkeys(), totp()]';
const LABEL = 'the factor totp must have a label: a text, or a function of the texts of a language';
const factor = (changed: Partial<Record<keyof Factor, unknown>>) => ({ ...totp(), ...changed });

describe('a wrong option is a TypeError that names the right one:', () => {
  test.each<[object, string]>([
    [{ store: undefined }, STORE],
    [{ store: { read() {} } }, STORE],
    [{ factors: [] }, FACTORS],
    [{ factors: totp() }, FACTORS],
    [{ factors: [totp(), totp()] }, 'there is something called totp already'],
    [{ factors: [factor({ name: 'recovery' })] }, 'there is something called recovery already'],
    [{ factors: [factor({ name: 'TOTP' })] }, 'a factor has a name of a-z, 0-9 and -'],
    [{ factors: [totp] }, 'factors has a function: did you mean totp()?'],
    [{ factors: [undefined] }, 'a factor has a name of a-z, 0-9 and -'],
    [{ factors: [factor({ level: 1 })] }, 'the factor totp must have the level 2 or 3'],
    [
      { factors: [factor({ verify: undefined })] },
      'the factor totp must have beginEnrolment, finishEnrolment and verify',
    ],
    [{ factors: [factor({ label: '' })] }, LABEL],
    [{ factors: [factor({ label: undefined })] }, LABEL],
    [{ user: {} }, 'user must be a function of req.user that returns { id, name }, or undefined for nobody'],
    [{ coolingOff: 3599 }, 'coolingOff must be a whole number of seconds, 3600 to 2592000'],
    [{ coolingOff: 0 }, 'coolingOff must be a whole number of seconds, 3600 to 2592000'],
    [{ coolingOff: '1 day' }, 'coolingOff must be a whole number of seconds, 3600 to 2592000'],
    [{ maxAge: 3601 }, 'maxAge must be a whole number of seconds, 1 to 3600'],
    [{ recovery: { notify() {} } }, 'recovery.delay must be a whole number of seconds, 3600 to 7776000'],
    [{ recovery: { delay: 60, notify() {} } }, 'recovery.delay must be a whole number of seconds, 3600 to 7776000'],
    [{ recovery: { delay: 86_400 } }, RECOVERY_NOTIFY],
    [{ recovery: { delai: 86_400 } }, "recovery has no option 'delai'; did you mean delay?"],
    [{ notify: 'mail' }, 'notify must be a function of a notice'],
    [{ onStepUp: true }, 'onStepUp must be a function of { req, user, address }'],
    [{ withoutFactor: '/help' }, 'withoutFactor must be a function (req, res) that answers'],
    [{ successRedirect: 'https://evil.test' }, 'successRedirect must be a path of the origin'],
    ...['//evil.test', '/a/..//evil.test', '', 'https://evil.test'].map((loginPath): [object, string] => [
      { loginPath },
      'loginPath must be a path of the origin',
    ]),
    ...['step-up', '/\\evil.test', '/\t/evil.test', '/', '/step-up/', 5].map((path): [object, string] => [
      { path },
      'path must be a path of the origin, such as /step-up',
    ]),
    [{ views: { confrm() {} } }, "views has no option 'confrm'; did you mean confirm?"],
    [{ views: { confirm: 'confirm.ejs' } }, 'views.confirm must be a function'],
    [{ coolingoff: 86_400 }, "StepUp has no option 'coolingoff'; did you mean coolingOff?"],
  ])('%j', (changed, message) => {
    expect(() => new StepUp(strategy, { ...right, ...changed } as StepUpOptions)).toThrow(misuse(message));
  });

  test('and no strategy', () => {
    expect(() => new StepUp({} as never, right)).toThrow(misuse('StepUp takes a MagicLinkStrategy first'));
  });
});

test.each<Partial<StepUpOptions>>([
  {},
  { coolingOff: 3600 },
  { coolingOff: 2_592_000, maxAge: 3600 },
  { recovery: { delay: 604_800, notify() {} } },
  { successRedirect: '/home', loginPath: '/enter', path: '/account/confirm', views: { confirm() {} } },
  { withoutFactor() {}, onStepUp() {} },
])('%j is right', (changed) => {
  expect(() => new StepUp(strategy, { ...right, ...changed })).not.toThrow();
});

test('in production the memory store is refused', () => {
  const live = strategyOf('https://app.example.com');
  expect(() => new StepUp(live, right)).toThrow(/https:\/\/app\.example\.com is not loopback/);
  expect(() => new StepUp(live, { ...right, store: production(new MemoryFactorStore()) })).not.toThrow();
});

test('it shows nothing of the secret', async () => {
  const { inspect } = await import('node:util');
  const shown = inspect(new StepUp(strategy, right), { depth: 10, showHidden: true });
  expect(shown).not.toContain(SECRET);
});
