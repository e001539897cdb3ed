// The words of a language, which the library brings without types.
declare module 'cronstrue/locales/*';
