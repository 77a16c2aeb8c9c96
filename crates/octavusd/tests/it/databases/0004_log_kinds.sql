-- A database as octavusd kept it with the script 0004_log_kinds as its newest.
-- session: 0mwwaio2g70ex29sysjbwvms
-- paused: 0mwwaiolupegurv0j4asj2xo
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'first','2026-11-25 15:40:29',1,X'154F40FCB90499C3525EC301110D3AF4494AF8C3AD36CD41287B6261301F0454D1E2569353C308401F1BCFCB61EC0D91',1544517);
INSERT INTO "_sqlx_migrations" VALUES(2,'files','2026-11-25 15:40:29',1,X'092EA86B21C5D78364B49CCE94C430A9BD37DE9878EEF93572EF9EC88D51D8164ADBD284F8EBBBB33D9A3912578C4CD1',411512);
INSERT INTO "_sqlx_migrations" VALUES(3,'start_keys','2026-11-25 15:40:29',1,X'A3EF9B26497F4C580B8EC9EB997322033D22F45A0200EC6BC94DDFD0E59BCB59CB8F2A0D14F95A2357DA4589949F79CE',390310);
INSERT INTO "_sqlx_migrations" VALUES(4,'log_kinds','2026-11-25 15:40:29',1,X'2EBF84D5F160A08C432E2621650E80E9BC38B275814518328C80F0E7D1305FEC25396A7326E896E796B8C7F05B1A3BAE',532161);
CREATE TABLE agents (
    id          TEXT   NOT NULL PRIMARY KEY,
    project_id  TEXT   NOT NULL REFERENCES projects (id),
    slug        TEXT   NOT NULL,
    settings    TEXT   NOT NULL,
    revision_id TEXT   NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    archived    BIGINT
);
INSERT INTO "agents" VALUES('0mwwainrrbvqba7mhn0rli8e','0mwwainrklw4w696spq5n98c','assistant','{"slug":"assistant","name":"Assistant","description":"A general assistant that knows the time and can look things up in your app","format":"interactive"}','a2a5cd303714f24f256113f7f040d112',1795621229271,1795621229271,NULL);
CREATE TABLE api_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    project_id    TEXT   NOT NULL REFERENCES projects (id),
    name          TEXT   NOT NULL,
    permissions   TEXT   NOT NULL,
    secret_sha256 BLOB   NOT NULL,
    created       BIGINT NOT NULL,
    revoked       BIGINT
);
INSERT INTO "api_keys" VALUES('5k0cfzk82egc','0mwwainrklw4w696spq5n98c','dev','sessions,agents,mint-tokens',X'C9DB1E6D410170870E6543596A5C676F86B9D5364392B092AF772DF103141ED5',1795621229275,NULL);
INSERT INTO "api_keys" VALUES('7un1pyridb6e','0mwwainrklw4w696spq5n98c','fixture','sessions',X'CAEF29707A8C90A2CEF4D3DD7D127A8E7F8E29E126746FAC0C2A1424D1A3C509',1795621229483,NULL);
CREATE TABLE dropped_files (
    id TEXT NOT NULL PRIMARY KEY
);
CREATE TABLE executions (
    session_id  TEXT   NOT NULL REFERENCES sessions (id),
    id          TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    leg         BIGINT NOT NULL,
    first_seq   BIGINT NOT NULL,
    begun       BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    pause_frame TEXT,
    pause_state TEXT,
    pause_seq   BIGINT,
    PRIMARY KEY (session_id, id),
    UNIQUE (session_id, begun)
);
INSERT INTO "executions" VALUES('0mwwaio2g70ex29sysjbwvms','0mwwaio2joa1t07r6875l58v','done',1,0,1,1795621229659,1795621230349,NULL,NULL,NULL);
INSERT INTO "executions" VALUES('0mwwaio2g70ex29sysjbwvms','0mwwaiolupegurv0j4asj2xo','waiting',1,2,3,1795621230355,1795621230539,'{"format":1,"id":"0mwwaiolupegurv0j4asj2xo","session":"0mwwaio2g70ex29sysjbwvms","revision":"a2a5cd303714f24f256113f7f040d112","leg":1,"next":4,"message":"1795621230354-rbogchg","lastMessage":"1795621229659-904ud7i","trigger":"user-message","triggerInput":{"USER_MESSAGE":"What time is it?"},"sender":null,"lanes":{"0":{"block":"Answer","steps":1,"phase":{"tools":[{"call":{"id":"0mwwaiolupegurv0j4asj2xo-1-4","name":"get-current-time","arguments":{},"display":"description","label":"Tells the current date and time"},"source":"llm","shown":true}]}}},"calls":{},"steps":1,"reason":"tool-calls","done":false}','{"input":{},"variables":{},"resources":{}}',5);
CREATE TABLE files (
    id         TEXT   NOT NULL PRIMARY KEY,
    project_id TEXT   NOT NULL REFERENCES projects (id),
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    filename   TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    status     TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL
);
INSERT INTO "files" VALUES('0mwwaior3vxtqn3ny0sdcn2u','0mwwainrklw4w696spq5n98c','0mwwaio2g70ex29sysjbwvms','a.txt','text/plain',3,'pending',1795621230543,1795622130543);
CREATE TABLE items (
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    seq        BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (session_id, seq)
);
INSERT INTO "items" VALUES('0mwwaio2g70ex29sysjbwvms',0,1795621229659,'{"message":"1795621229659-904ud7i-1","author":{"user":{}},"thread":"main","audience":"both","body":{"text":{"text":"Hello"}}}');
INSERT INTO "items" VALUES('0mwwaio2g70ex29sysjbwvms',1,1795621230349,'{"message":"1795621229659-904ud7i","author":"assistant","thread":"main","audience":"both","body":{"text":{"text":"Hello! What can I do for you?\n\nI am the built-in demo model, in place of `anthropic/claude-sonnet-4-5`, whose provider has no API key yet. Set one, and the real model answers. I can call tools: `get-current-time`, `get-user-location`. Just ask for one."}}}');
INSERT INTO "items" VALUES('0mwwaio2g70ex29sysjbwvms',2,1795621230355,'{"message":"1795621230354-rbogchg-1","author":{"user":{}},"thread":"main","audience":"both","body":{"text":{"text":"What time is it?"}}}');
INSERT INTO "items" VALUES('0mwwaio2g70ex29sysjbwvms',3,1795621230539,'{"message":"1795621230354-rbogchg","author":"assistant","thread":"main","audience":"both","body":{"text":{"text":"Let me use `get-current-time` for that."}}}');
INSERT INTO "items" VALUES('0mwwaio2g70ex29sysjbwvms',4,1795621230539,'{"message":"1795621230354-rbogchg","author":"assistant","thread":"main","audience":"both","body":{"call":{"id":"0mwwaiolupegurv0j4asj2xo-1-4","name":"get-current-time","arguments":{},"display":"description","label":"Tells the current date and time"}}}');
CREATE TABLE log_entries (
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    seq        BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    body       TEXT   NOT NULL, kind TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (session_id, seq)
);
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',0,253370764800000,'{"triggerInput":{"USER_MESSAGE":"Hello"},"triggerName":"user-message","type":"trigger"}','trigger');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',1,253370764800000,'{"blockName":"Add the user''s message","content":"Hello","role":"user","type":"message","visible":true}','message');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',2,253370764800000,'{"blockName":"Answer","modelRequest":{"model":"claude-sonnet-4-5","provider":"anthropic","requestType":"llm"},"type":"model-request"}','model-request');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',3,253370764800000,'{"blockName":"Answer","stepStats":{"model":"claude-sonnet-4-5","provider":"anthropic","requestType":"llm","usage":{"cachedInputTokens":0,"cachedWriteTokens":0,"inputTokens":120,"outputTokens":63,"reasoningOutputTokens":0}},"type":"step-stats"}','step-stats');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',4,253370764800000,'{"blockName":"Answer","finishReason":"stop","response":"Hello! What can I do for you?\n\nI am the built-in demo model, in place of `anthropic/claude-sonnet-4-5`, whose provider has no API key yet. Set one, and the real model answers. I can call tools: `get-current-time`, `get-user-location`. Just ask for one.","type":"llm-response"}','llm-response');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',5,253370764800000,'{"blockName":"Answer","content":"Hello! What can I do for you?\n\nI am the built-in demo model, in place of `anthropic/claude-sonnet-4-5`, whose provider has no API key yet. Set one, and the real model answers. I can call tools: `get-current-time`, `get-user-location`. Just ask for one.","role":"assistant","type":"message","visible":true}','message');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',6,253370764800000,'{"triggerInput":{"USER_MESSAGE":"What time is it?"},"triggerName":"user-message","type":"trigger"}','trigger');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',7,253370764800000,'{"blockName":"Add the user''s message","content":"What time is it?","role":"user","type":"message","visible":true}','message');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',8,253370764800000,'{"blockName":"Answer","modelRequest":{"model":"claude-sonnet-4-5","provider":"anthropic","requestType":"llm"},"type":"model-request"}','model-request');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',9,253370764800000,'{"blockName":"Answer","stepStats":{"model":"claude-sonnet-4-5","provider":"anthropic","requestType":"llm","usage":{"cachedInputTokens":0,"cachedWriteTokens":0,"inputTokens":187,"outputTokens":11,"reasoningOutputTokens":0}},"type":"step-stats"}','step-stats');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',10,253370764800000,'{"blockName":"Answer","response":"Let me use `get-current-time` for that.","toolCalls":[{"arguments":{},"id":"0mwwaiolupegurv0j4asj2xo-1-4","name":"get-current-time"}],"type":"llm-tool-request"}','llm-tool-request');
INSERT INTO "log_entries" VALUES('0mwwaio2g70ex29sysjbwvms',11,253370764800000,'{"blockName":"Answer","toolArguments":{},"toolDescription":"Tells the current date and time","toolName":"get-current-time","type":"tool-call"}','tool-call');
CREATE TABLE probe (
    id    BIGINT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);
INSERT INTO "probe" VALUES(1,1);
CREATE TABLE projects (
    id      TEXT   NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL UNIQUE,
    created BIGINT NOT NULL
);
INSERT INTO "projects" VALUES('0mwwainrklw4w696spq5n98c','default',1795621229264);
CREATE TABLE revisions (
    agent_id TEXT   NOT NULL REFERENCES agents (id),
    id       TEXT   NOT NULL,
    number   BIGINT NOT NULL,
    bundle   TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    PRIMARY KEY (agent_id, id),
    UNIQUE (agent_id, number)
);
INSERT INTO "revisions" VALUES('0mwwainrrbvqba7mhn0rli8e','a2a5cd303714f24f256113f7f040d112',1,'{"settings":{"slug":"assistant","name":"Assistant","description":"A general assistant that knows the time and can look things up in your app","format":"interactive"},"protocol":"# A general assistant. It shows the parts that most agents have: an input for the system prompt, tools\n# that run in your app or in your user''s browser, and a handler for each trigger.\n\ninput:\n  USER_NAME:\n    type: string\n    description: Name of the person who talks to the assistant\n    optional: true\n\nvariables:\n  PAGE:\n    type: unknown\n    description: What the app says of the page that the user is looking at\n\ntriggers:\n  user-message:\n    description: The user writes something\n    input:\n      USER_MESSAGE:\n        type: string\n        description: What they write\n\n  explain-page:\n    description: The user asks for help with the page that they are looking at\n    input:\n      PAGE_ID:\n        type: string\n        description: Your app''s id of the page\n\ntools:\n  # Your app answers this one: give the SDK a handler of this name.\n  get-current-time:\n    description: Tells the current date and time\n    parameters:\n      timezone:\n        type: string\n        description: IANA name of a time zone, such as Europe/Oslo; UTC where it is left out\n        optional: true\n\n  # No handler on the server, so the SDK passes it on to the browser.\n  get-user-location:\n    description: Asks the user''s device where it is\n\n  get-page:\n    description: Fetches a page of the app\n    parameters:\n      pageId:\n        type: string\n        description: Id of the page\n\nagent:\n  # The built-in demo model stands in for it as long as there is no key.\n  model: anthropic/claude-sonnet-4-5\n  system: system\n  input: [USER_NAME]\n  tools: [get-current-time, get-user-location]\n  agentic: true\n  maxSteps: 8\n\nhandlers:\n  user-message:\n    Add the user''s message:\n      block: add-message\n      role: user\n      prompt: user-message\n      input: [USER_MESSAGE]\n\n    Answer:\n      block: next-message\n\n  explain-page:\n    # The handler knows what it needs, so it calls the tool without asking the model.\n    Fetch the page:\n      block: tool-call\n      tool: get-page\n      title: Reading the page\n      display: title\n      input:\n        pageId: PAGE_ID\n      output: PAGE\n\n    # The model reads this; the user does not see it.\n    Add the page:\n      block: add-message\n      role: user\n      prompt: explain-page\n      input: [PAGE]\n      visible: false\n\n    Explain it:\n      block: next-message\n","prompts":[{"name":"explain-page","content":"The user is looking at this page and would like to have it explained:\n\n{{PAGE}}\n"},{"name":"style","content":"Answer in the language of the question, in plain and short sentences. Use a tool where it knows better than you. Say so where you do not know something.\n"},{"name":"system","content":"You are a helpful assistant.\n\n{{#if USER_NAME}}You are talking to {{USER_NAME}}.{{else}}You do not know the name of the person you are talking to.{{/if}}\n\n{{@style.md}}\n"},{"name":"user-message","content":"{{USER_MESSAGE}}\n"}],"references":[]}',1795621229271);
CREATE TABLE sessions (
    id           TEXT   NOT NULL PRIMARY KEY,
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    agent_id     TEXT   NOT NULL REFERENCES agents (id),
    revision_id  TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    rev          BIGINT NOT NULL,
    next_seq     BIGINT NOT NULL,
    next_log_seq BIGINT NOT NULL,
    created      BIGINT NOT NULL,
    updated      BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    cleared      BIGINT,
    lease_node   TEXT,
    lease_boot   TEXT,
    lease_epoch  BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL
);
INSERT INTO "sessions" VALUES('0mwwainrz762fzs5budegiij','0mwwainrklw4w696spq5n98c','0mwwainrrbvqba7mhn0rli8e','a2a5cd303714f24f256113f7f040d112','{"input":{},"variables":{},"resources":{}}',0,0,0,1795621229279,1795621229279,253370764800000,NULL,NULL,NULL,0,0);
INSERT INTO "sessions" VALUES('0mwwaio2g70ex29sysjbwvms','0mwwainrklw4w696spq5n98c','0mwwainrrbvqba7mhn0rli8e','a2a5cd303714f24f256113f7f040d112','{"input":{},"variables":{},"resources":{}}',4,5,12,1795621229656,1795621230539,253370764800000,NULL,NULL,'h1ag7rxn',2,1795621260353);
CREATE TABLE start_keys (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    agent_id     TEXT   NOT NULL REFERENCES agents (id),
    key          TEXT   NOT NULL,
    session_id   TEXT   NOT NULL REFERENCES sessions (id),
    execution_id TEXT,
    created      BIGINT NOT NULL,
    PRIMARY KEY (project_id, agent_id, key)
);
INSERT INTO "start_keys" VALUES('0mwwainrklw4w696spq5n98c','0mwwainrrbvqba7mhn0rli8e','fixture','0mwwaio2g70ex29sysjbwvms','0mwwaio2joa1t07r6875l58v',1795621229656);
CREATE UNIQUE INDEX agents_live_slug ON agents (project_id, slug) WHERE archived IS NULL;
CREATE INDEX sessions_to_sweep ON sessions (expires) WHERE cleared IS NULL;
CREATE INDEX executions_open ON executions (session_id)
    WHERE status IN ('running', 'waiting') OR pause_frame IS NOT NULL;
CREATE INDEX files_of_session ON files (session_id);
CREATE INDEX files_pending ON files (expires) WHERE status = 'pending';
CREATE INDEX start_keys_of_session ON start_keys (session_id);
CREATE INDEX start_keys_by_age ON start_keys (created);
CREATE INDEX log_entries_by_age ON log_entries (created);
COMMIT;
