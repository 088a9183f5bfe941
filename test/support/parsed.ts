/** Parts of the configuration, parsed with the defaults of what is not given. */
import type { MagicLinkOptions } from '../../lib/index.js';
import { type MailConfig, parseMail } from '../../lib/mail/mail-options.js';
import { type NoticeOptions, parseNotices } from '../../lib/notices/notice-options.js';
import { withDefaults } from '../../lib/options/defaults.js';
import { type LanguageOptions, Languages } from '../../lib/texts/languages.js';
import { parseTheme, type Theme, type ThemeOptions } from '../../lib/texts/theme.js';

const complete = (options: object) => withDefaults(options as MagicLinkOptions);

export const themeOf = (theme: ThemeOptions, origin: string): Theme => parseTheme(complete({ theme }).theme, origin);

export const languagesOf = (options: Partial<LanguageOptions>): Languages => new Languages(complete(options));

export const mailOf = (mail: MagicLinkOptions['mail']): MailConfig => parseMail(complete({ mail }).mail);

export const noticesOf = (notices: NoticeOptions | undefined) => parseNotices(complete({ notices }).notices);
