/** What the developer is warned of during a test. */
import { onTestFinished, vi } from 'vitest';

/** Catches the process warnings of one code, from now until the test is over: their texts, so far. */
export function warningsOf(code: string): () => string[] {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  onTestFinished(() => emitWarning.mockRestore());
  return () =>
    emitWarning.mock.calls
      .filter(([, options]) => (options as { code?: string } | undefined)?.code === code)
      .map(([text]) => String(text));
}
