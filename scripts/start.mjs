// `npm start` and `npm run example:minimal`: installs and builds what is missing, then runs the example app.
import { buildMissing, installMissing } from './install.mjs';

installMissing();
buildMissing();
await import(process.argv[2] === 'minimal' ? '../example-app/minimal.js' : '../example-app/main.js');
