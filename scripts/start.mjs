// `npm start`: installs and builds what is missing, then becomes the example app.
import { buildMissing, installMissing } from './install.mjs';

installMissing();
buildMissing();
await import('../example-app/main.js');
