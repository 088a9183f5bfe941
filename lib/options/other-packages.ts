/** Option names of passport-magic-link and passport-magic-login, each with what takes its place here. */

export const OTHER_PACKAGES: Readonly<Record<string, string>> = {
  callbackUrl: 'origin and callbackPath',
  callbackURL: 'origin and callbackPath',
  sendMagicLink: 'mail.deliver, or mail.transport',
  sendToken: 'mail.deliver, or mail.transport',
  verify: 'the second argument of the constructor',
  jwtOptions: 'ttl',
  expiresIn: 'ttl',
  storage: 'store',
  userFields: 'nothing: the form field is email',
  tokenField: 'nothing: the parameter is token',
  passReqToCallbacks: 'passReqToCallback',
  allowReuse: 'nothing: a link works once',
  verifyUserAfterToken: 'nothing: verify is always called after the link was spent',
  userPrimaryKey: 'nothing: verify returns the user',
  algorithm: 'nothing: the token is opaque',
  allowPost: 'nothing: the callback takes GET and POST',
  confirmUrl: 'nothing: the callback route shows the confirm page',
};
