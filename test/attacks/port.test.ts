/** PT: what the port and the options hand out harms nobody, even if the app is careless with it. */
import { expect, test } from 'vitest';
import { startApp } from '../support/app.js';

const WORDS = { language: 'en', direction: 'ltr', subject: 'News', fact: 'Now', paragraphs: ['Something.'] } as const;

test.each(['a@x.test, evil@y.test', 'x@y.test\r\nBcc: evil@z.test', 'nonsense', '', undefined])(
  'PT-02, IN-05: a notice to %j is a TypeError, and no mail',
  async (address) => {
    const { strategy, mailbox } = await startApp();
    expect(() => strategy.port.notify('news', address as string, WORDS)).toThrow(
      /^notify takes one plain email address/,
    );
    strategy.port.notify('news', 'Ada@Example.com', WORDS);
    await mailbox.nextNotice();
    expect(mailbox.messages.map(({ to }) => to.address)).toEqual(['ada@example.com']);
  },
);

test('PT-03, IN-14: two strategies share no options, not even defaults', async () => {
  const [one, other] = (
    await Promise.all([startApp({ options: { limits: {} } }), startApp({ options: { limits: {} } })])
  ).map(({ strategy }) => strategy.services.config);
  for (const group of ['account', 'network'] as const) {
    expect(one?.limits?.[group]).toEqual(other?.limits?.[group]);
    expect(one?.limits?.[group]).not.toBe(other?.limits?.[group]);
  }
});
