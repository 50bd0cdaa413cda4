/** Artifacts of one group whose classes lie in one package. */
export interface Family {
  readonly group: string;
  /** One or two levels of the package, with slashes. An archive that has no class below it is another one. */
  readonly package: string;
  /** Names separated by spaces; `a*` are all that start so, `file=artifact` is a file that is called otherwise. */
  readonly artifacts: string;
  /** Major versions that the group is for: from the first, below the second. */
  readonly major?: readonly [from: number, below: number];
}

const any = Infinity;

/**
 * Groups of common artifacts whose archives do not name them: those built by Gradle, Ant or Bazel, the older ones of Maven, and
 * whatever a distribution or a vendor has packed anew. Only archives that have no `pom.properties` are looked up here.
 */
export const families: readonly Family[] = [
  {
    group: 'org.springframework',
    package: 'org/springframework',
    artifacts: `spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support spring-core
      spring-expression spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-r2dbc
      spring-test spring-tx spring-web spring-webflux spring-webmvc spring-webmvc-portlet spring-websocket`,
  },
  {
    group: 'org.springframework.boot',
    package: 'org/springframework',
    artifacts: `spring-boot spring-boot-actuator spring-boot-actuator-autoconfigure spring-boot-autoconfigure spring-boot-devtools
      spring-boot-jarmode-layertools spring-boot-jarmode-tools spring-boot-loader spring-boot-properties-migrator spring-boot-test
      spring-boot-test-autoconfigure`,
  },
  {
    group: 'org.springframework.security',
    package: 'org/springframework',
    artifacts: `spring-security-acl spring-security-aspects spring-security-cas spring-security-config spring-security-core
      spring-security-crypto spring-security-data spring-security-ldap spring-security-messaging spring-security-oauth2-client
      spring-security-oauth2-core spring-security-oauth2-jose spring-security-oauth2-resource-server spring-security-openid
      spring-security-remoting spring-security-rsocket spring-security-saml2-service-provider spring-security-taglibs
      spring-security-test spring-security-web`,
  },
  { group: 'org.springframework.amqp', package: 'org/springframework', artifacts: 'spring-amqp spring-rabbit' },
  { group: 'org.springframework.graphql', package: 'org/springframework', artifacts: 'spring-graphql' },
  { group: 'org.springframework.integration', package: 'org/springframework', artifacts: 'spring-integration-*' },
  { group: 'org.springframework.kafka', package: 'org/springframework', artifacts: 'spring-kafka' },
  { group: 'org.springframework.ldap', package: 'org/springframework', artifacts: 'spring-ldap-core' },
  { group: 'org.springframework.session', package: 'org/springframework', artifacts: 'spring-session-*' },
  { group: 'org.springframework.ws', package: 'org/springframework', artifacts: 'spring-ws-* spring-xml' },
  { group: 'io.micrometer', package: 'io/micrometer', artifacts: 'micrometer-*' },
  { group: 'io.projectreactor', package: 'reactor', artifacts: 'reactor-core' },
  { group: 'io.projectreactor.netty', package: 'reactor/netty', artifacts: 'reactor-netty*' },
  { group: 'org.reactivestreams', package: 'org/reactivestreams', artifacts: 'reactive-streams' },
  {
    group: 'org.apache.tomcat',
    package: 'org/apache',
    artifacts: `catalina=tomcat-catalina catalina-ant=tomcat-catalina-ant catalina-ha=tomcat-catalina-ha
      catalina-ssi=tomcat-ssi catalina-storeconfig=tomcat-storeconfig catalina-tribes=tomcat-tribes jasper=tomcat-jasper
      jasper-el=tomcat-jasper-el tomcat-api tomcat-catalina tomcat-coyote tomcat-dbcp tomcat-jasper tomcat-jdbc tomcat-jni
      tomcat-juli tomcat-util tomcat-util-scan tomcat-websocket tomcat-i18n-*`,
  },
  { group: 'org.apache.tomcat.embed', package: 'org/apache', artifacts: 'tomcat-embed-*' },
  { group: 'org.apache.tomcat.embed', package: 'jakarta/el', artifacts: 'tomcat-embed-el' },
  { group: 'org.apache.tomcat.embed', package: 'javax/el', artifacts: 'tomcat-embed-el' },
  {
    group: 'org.apache.logging.log4j',
    package: 'org/apache',
    artifacts: `log4j-1.2-api log4j-api log4j-core log4j-jcl log4j-jul log4j-layout-template-json log4j-slf4j-impl
      log4j-slf4j2-impl log4j-to-slf4j log4j-web`,
  },
  { group: 'log4j', package: 'org/apache', artifacts: 'log4j', major: [0, 2] },
  { group: 'ch.qos.logback', package: 'ch/qos', artifacts: 'logback-access logback-classic logback-core' },
  {
    group: 'org.slf4j',
    package: 'org/slf4j',
    artifacts: `jul-to-slf4j slf4j-api slf4j-ext slf4j-jcl slf4j-jdk14 slf4j-log4j12 slf4j-migrator slf4j-nop slf4j-reload4j
      slf4j-simple`,
  },
  { group: 'org.slf4j', package: 'org/apache', artifacts: 'jcl-over-slf4j log4j-over-slf4j' },
  {
    group: 'com.fasterxml.jackson.core',
    package: 'com/fasterxml',
    artifacts: 'jackson-annotations jackson-core jackson-databind',
  },
  { group: 'tools.jackson.core', package: 'tools/jackson', artifacts: 'jackson-core jackson-databind' },
  { group: 'org.codehaus.jackson', package: 'org/codehaus', artifacts: 'jackson-core-asl jackson-mapper-asl' },
  ...['beanutils', 'chain', 'cli', 'codec', 'collections', 'configuration', 'daemon', 'dbcp', 'dbutils', 'digester']
    .concat([
      'discovery',
      'fileupload',
      'httpclient',
      'io',
      'jexl',
      'jxpath',
      'lang',
      'net',
      'pool',
      'validator',
      'vfs',
    ])
    .map((name) => ({ group: `commons-${name}`, package: 'org/apache', artifacts: `commons-${name}` })),
  {
    group: 'commons-logging',
    package: 'org/apache',
    artifacts: 'commons-logging commons-logging-adapters commons-logging-api',
  },
  {
    group: 'org.apache.commons',
    package: 'org/apache',
    artifacts: `commons-collections4 commons-compress commons-configuration2 commons-crypto commons-csv commons-dbcp2 commons-email
      commons-exec commons-imaging commons-jexl3 commons-lang3 commons-math commons-math3 commons-pool2 commons-text
      commons-vfs2`,
  },
  {
    group: 'io.netty',
    package: 'io/netty',
    artifacts: `netty-all netty-buffer netty-codec netty-codec-dns netty-codec-haproxy netty-codec-http netty-codec-http2
      netty-codec-http3 netty-codec-memcache netty-codec-mqtt netty-codec-redis netty-codec-smtp netty-codec-socks
      netty-codec-stomp netty-codec-xml netty-common netty-handler netty-handler-proxy netty-resolver netty-resolver-dns
      netty-tcnative-classes netty-transport netty-transport-classes-epoll netty-transport-classes-kqueue
      netty-transport-native-epoll netty-transport-native-unix-common`,
  },
  { group: 'org.jboss.netty', package: 'org/jboss', artifacts: 'netty', major: [0, 4] },
  { group: 'com.google.guava', package: 'com/google', artifacts: 'failureaccess guava' },
  { group: 'com.google.code.gson', package: 'com/google', artifacts: 'gson' },
  { group: 'com.google.inject', package: 'com/google', artifacts: 'guice' },
  {
    group: 'com.google.protobuf',
    package: 'com/google',
    artifacts: 'protobuf-java protobuf-java-util protobuf-javalite',
  },
  {
    group: 'io.grpc',
    package: 'io/grpc',
    artifacts: `grpc-alts grpc-api grpc-auth grpc-context grpc-core grpc-grpclb grpc-inprocess grpc-netty grpc-netty-shaded
      grpc-okhttp grpc-protobuf grpc-protobuf-lite grpc-services grpc-stub grpc-util grpc-xds`,
  },
  { group: 'com.squareup.okhttp3', package: 'okhttp3', artifacts: 'logging-interceptor okhttp okhttp-jvm' },
  { group: 'com.squareup.okhttp', package: 'com/squareup', artifacts: 'okhttp', major: [0, 3] },
  { group: 'com.squareup.okio', package: 'okio', artifacts: 'okio okio-jvm' },
  { group: 'com.squareup.retrofit2', package: 'retrofit2', artifacts: 'retrofit' },
  {
    group: 'org.jetbrains.kotlin',
    package: 'kotlin',
    artifacts: 'kotlin-reflect kotlin-stdlib kotlin-stdlib-common kotlin-stdlib-jdk7 kotlin-stdlib-jdk8',
  },
  {
    group: 'org.jetbrains.kotlinx',
    package: 'kotlinx/coroutines',
    artifacts: 'kotlinx-coroutines-core kotlinx-coroutines-core-jvm',
  },
  { group: 'org.scala-lang', package: 'scala', artifacts: 'scala-compiler scala-library scala-reflect' },
  { group: 'org.codehaus.groovy', package: 'groovy', artifacts: 'groovy groovy-all', major: [0, 4] },
  {
    group: 'org.codehaus.groovy',
    package: 'org/codehaus',
    artifacts: 'groovy-json groovy-sql groovy-xml',
    major: [0, 4],
  },
  {
    group: 'org.apache.groovy',
    package: 'groovy',
    artifacts: 'groovy groovy-json groovy-sql groovy-xml',
    major: [4, any],
  },
  { group: 'org.clojure', package: 'clojure', artifacts: 'clojure' },
  { group: 'org.hibernate', package: 'org/hibernate', artifacts: 'hibernate-core', major: [0, 6] },
  { group: 'org.hibernate.orm', package: 'org/hibernate', artifacts: 'hibernate-core', major: [6, any] },
  { group: 'org.hibernate', package: 'org/hibernate', artifacts: 'hibernate-validator', major: [0, 6] },
  { group: 'org.hibernate.validator', package: 'org/hibernate', artifacts: 'hibernate-validator', major: [6, any] },
  { group: 'mysql', package: 'com/mysql', artifacts: 'mysql-connector-java' },
  { group: 'com.mysql', package: 'com/mysql', artifacts: 'mysql-connector-j' },
  { group: 'org.mariadb.jdbc', package: 'org/mariadb', artifacts: 'mariadb-java-client' },
  { group: 'org.postgresql', package: 'org/postgresql', artifacts: 'postgresql' },
  { group: 'com.microsoft.sqlserver', package: 'com/microsoft', artifacts: 'mssql-jdbc' },
  { group: 'com.h2database', package: 'org/h2', artifacts: 'h2' },
  { group: 'org.hsqldb', package: 'org/hsqldb', artifacts: 'hsqldb' },
  {
    group: 'org.apache.derby',
    package: 'org/apache',
    artifacts: 'derby derbyclient derbynet derbyshared derbytools',
  },
  { group: 'org.xerial', package: 'org/sqlite', artifacts: 'sqlite-jdbc' },
  { group: 'org.xerial.snappy', package: 'org/xerial', artifacts: 'snappy-java' },
  { group: 'org.mongodb', package: 'org/bson', artifacts: 'bson' },
  {
    group: 'org.mongodb',
    package: 'com/mongodb',
    artifacts: `mongo-java-driver mongodb-driver mongodb-driver-async mongodb-driver-core mongodb-driver-legacy
      mongodb-driver-reactivestreams mongodb-driver-sync`,
  },
  {
    group: 'org.bouncycastle',
    package: 'org/bouncycastle',
    artifacts:
      'bc-fips bcjmail-jdk* bcmail-jdk* bcpg-jdk* bcpkix-jdk* bcprov-ext-jdk* bcprov-jdk* bctls-jdk* bcutil-jdk*',
  },
  { group: 'org.yaml', package: 'org/yaml', artifacts: 'snakeyaml' },
  { group: 'com.thoughtworks.xstream', package: 'com/thoughtworks', artifacts: 'xstream' },
  { group: 'org.json', package: 'org/json', artifacts: 'json' },
  { group: 'com.alibaba', package: 'com/alibaba', artifacts: 'fastjson' },
  { group: 'dom4j', package: 'org/dom4j', artifacts: 'dom4j', major: [0, 2] },
  { group: 'org.dom4j', package: 'org/dom4j', artifacts: 'dom4j', major: [2, any] },
  { group: 'org.jdom', package: 'org/jdom', artifacts: 'jdom' },
  { group: 'org.jdom', package: 'org/jdom2', artifacts: 'jdom2' },
  { group: 'xerces', package: 'org/apache', artifacts: 'xercesImpl' },
  { group: 'xalan', package: 'org/apache', artifacts: 'serializer xalan' },
  { group: 'org.apache.santuario', package: 'org/apache', artifacts: 'xmlsec' },
  { group: 'org.jsoup', package: 'org/jsoup', artifacts: 'jsoup' },
  {
    group: 'org.apache.poi',
    package: 'org/apache',
    artifacts: 'poi poi-excelant poi-ooxml poi-ooxml-full poi-ooxml-lite poi-ooxml-schemas poi-scratchpad',
  },
  { group: 'org.apache.xmlbeans', package: 'org/apache', artifacts: 'xmlbeans' },
  {
    group: 'org.apache.xmlgraphics',
    package: 'org/apache',
    artifacts: `batik-all batik-anim batik-awt-util batik-bridge batik-codec batik-constants batik-css batik-dom batik-ext batik-gvt
      batik-i18n batik-parser batik-script batik-svg-dom batik-svgbrowser batik-svggen batik-swing batik-transcoder batik-util
      batik-xml fop fop-core xmlgraphics-commons`,
  },
  { group: 'org.apache.lucene', package: 'org/apache', artifacts: 'lucene-*' },
  { group: 'org.apache.solr', package: 'org/apache', artifacts: 'solr-core solr-solrj' },
  {
    group: 'org.apache.kafka',
    package: 'org/apache',
    artifacts: `connect-api connect-json connect-runtime connect-transforms kafka-clients kafka-metadata kafka-raft kafka-server
      kafka-server-common kafka-storage kafka-streams`,
  },
  { group: 'org.apache.kafka', package: 'kafka', artifacts: 'kafka_2.*' },
  { group: 'org.elasticsearch', package: 'org/elasticsearch', artifacts: 'elasticsearch elasticsearch-x-content' },
  {
    group: 'org.elasticsearch.client',
    package: 'org/elasticsearch',
    artifacts: 'elasticsearch-rest-client elasticsearch-rest-high-level-client',
  },
  { group: 'org.opensearch', package: 'org/opensearch', artifacts: 'opensearch' },
  { group: 'org.apache.zookeeper', package: 'org/apache', artifacts: 'zookeeper zookeeper-jute' },
  { group: 'org.apache.velocity', package: 'org/apache', artifacts: 'velocity velocity-engine-core velocity-tools' },
  { group: 'org.apache.struts', package: 'org/apache', artifacts: 'struts2-core' },
  { group: 'ognl', package: 'ognl', artifacts: 'ognl' },
  { group: 'org.apache.ant', package: 'org/apache', artifacts: 'ant ant-launcher' },
  { group: 'org.apache.ivy', package: 'org/apache', artifacts: 'ivy' },
  { group: 'oro', package: 'org/apache', artifacts: 'oro' },
  { group: 'junit', package: 'junit', artifacts: 'junit' },
  { group: 'org.ow2.asm', package: 'org/objectweb', artifacts: 'asm asm-analysis asm-commons asm-tree asm-util' },
  { group: 'org.javassist', package: 'javassist', artifacts: 'javassist' },
  { group: 'net.java.dev.jna', package: 'com/sun', artifacts: 'jna jna-platform' },
  { group: 'com.jcraft', package: 'com/jcraft', artifacts: 'jsch' },
  { group: 'org.mozilla', package: 'org/mozilla', artifacts: 'rhino' },
  { group: 'com.hazelcast', package: 'com/hazelcast', artifacts: 'hazelcast' },
  { group: 'io.undertow', package: 'io/undertow', artifacts: 'undertow-core' },
  { group: 'com.zaxxer', package: 'com/zaxxer', artifacts: 'HikariCP' },
];
