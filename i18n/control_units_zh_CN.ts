<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ControlUnits</name>
    <message>
        <location filename="../plugin.py" line="58"/>
        <source>Delineate control units…</source>
        <translation>划定管控单元…</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="27"/>
        <source>Control units</source>
        <translation>管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="56"/>
        <source>Delineate control units</source>
        <translation>划定管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="33"/>
        <source>Case file</source>
        <translation>划定方案配置文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="81"/>
        <source>Method (NAME or NAME:key=value,…)</source>
        <translation>划分方法（名称，或 名称:参数=值,…）</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="87"/>
        <source>Seed of random choices</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="35"/>
        <source>Plan file</source>
        <translation>划定成果文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="122"/>
        <source>Plan (*.gpkg)</source>
        <translation>划定成果 (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="150"/>
        <source>Units</source>
        <translation>管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="109"/>
        <source>Faces</source>
        <translation>基础图斑</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Area in m²</source>
        <translation>面积（m²）</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>Runs a case and writes the plan as one GeoPackage.</source>
        <translation>按划定方案配置运行，成果写入一个 GeoPackage 文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>All boundaries are noded once; rules give faces categories; faces form units.</source>
        <translation>所有界线一次打断为基础图斑，按判定规则确定每个图斑的管控类别，再归并为管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>Without a method or a seed, those of the case are used.</source>
        <translation>不填划分方法或随机种子时，采用配置文件中的设置。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>A plan that people have edited is not overwritten.</source>
        <translation>已有人工修订的成果不会被覆盖。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="170"/>
        <source>{id}: and {count} more of this kind</source>
        <translation>{id}：同类问题还有 {count} 条</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="55"/>
        <source>Check a plan or a layer of units</source>
        <translation>检查划定成果或单元图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="67"/>
        <source>Review</source>
        <translation>审查</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="64"/>
        <source>Runs the quality rules and gives every finding with its place, its measure and the units concerned.</source>
        <translation>按质检规则逐条检查，列出每个问题的位置、数值和涉及的管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="64"/>
        <source>Give either a plan file, a case file (its rule table is tested), or a layer of units from anywhere: its fields are recognised by their usual names, in Chinese or English.</source>
        <translation>可检查成果文件、方案配置文件（检查其规则表），或任何来源的单元图层：字段按常用的中英文名称识别。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="64"/>
        <source>Checked are, among others: gaps and overlaps, codes and names, counties, categories against red lines, areas, slivers and fields.</source>
        <translation>检查内容包括：缝隙与重叠、编码与名称、跨县、管控类别与红线是否一致、面积、细碎图斑、字段等。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="64"/>
        <source>Rules that lack what they need are named as not checked; nothing passes silently.</source>
        <translation>缺少所需数据的规则会列为“未检查”，不会悄悄通过。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="64"/>
        <source>A finding without a place is in the table without a point.</source>
        <translation>没有位置的问题也在属性表中，只是没有点。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="78"/>
        <source>Plan file or case file</source>
        <translation>划定成果文件或方案配置文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="78"/>
        <source>Plan or case (*.gpkg *.toml)</source>
        <translation>划定成果或方案配置 (*.gpkg *.toml)</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="78"/>
        <source>A plan (.gpkg) or a case (.toml). Leave it empty to check a layer.</source>
        <translation>划定成果（.gpkg）或方案配置（.toml）。检查图层时留空。</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="87"/>
        <source>Or a layer of units</source>
        <translation>或管控单元图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="87"/>
        <source>Of the project or a file, as QGIS shows it: filter, selection and edits count.</source>
        <translation>工程中的图层或文件，以 QGIS 中所见为准：筛选、选择和未保存的编辑都算数。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="103"/>
        <source>Findings</source>
        <translation>质检问题</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="96"/>
        <source>Points with id, severity (error or warning), units, value and message.</source>
        <translation>点图层，字段为 id（规则编号）、severity（error 错误，warning 提示）、units（单元）、value（数值）、message（说明）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="38"/>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="112"/>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="102"/>
        <source>The findings as a page to read and to print.</source>
        <translation>可阅读、可打印的质检问题页面。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Number of errors</source>
        <translation>错误数</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Number of warnings</source>
        <translation>提示数</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="114"/>
        <source>Rules not checked</source>
        <translation>未检查的规则</translation>
    </message>
    <message>
        <location filename="../ui/processing/check_plan.py" line="122"/>
        <source>Give a plan or case file, or a layer of units: one of the two.</source>
        <translation>请给出成果文件（或方案配置文件）与单元图层中的一个，且只给一个。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="64"/>
        <source>Not checked, for want of data: {rules}</source>
        <translation>因缺少数据未检查：{rules}</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="59"/>
        <source>Delineation</source>
        <translation>划定</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>The plan holds faces, units with code, name and reasons, element zones, entry lists, the area ledger, findings and the provenance of every source.</source>
        <translation>成果包含基础图斑，带编码、名称和判定理由的管控单元，要素管控分区，准入清单初稿，面积平衡表，质检问题，以及每个来源的出处。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="65"/>
        <source>A case for your own layers is written by “Guess roles and write a case”.</source>
        <translation>自己的图层可用“识别图层角色并生成方案配置”得到方案配置文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="76"/>
        <source>Sources, rules, cleaning and method in one TOML file; paths are relative to it.</source>
        <translation>一个 TOML 文件，写明来源图层、判定规则、清理和划分方法；其中的路径相对于该文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="81"/>
        <source>In place of the case&apos;s method, for example fitting:threshold=0.4.</source>
        <translation>代替配置文件中的方法，例如 fitting:threshold=0.4。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="87"/>
        <source>The same case, seed and versions give the same plan, byte by byte.</source>
        <translation>同样的方案、种子和版本，得到逐字节相同的成果。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="98"/>
        <source>Threads for raster statistics</source>
        <translation>栅格统计线程数</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="98"/>
        <source>The plan does not depend on their number.</source>
        <translation>成果与线程数无关。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="109"/>
        <source>Discard edits of an existing plan</source>
        <translation>丢弃已有成果的人工修订</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="109"/>
        <source>Without it, a plan file that holds people&apos;s edits is left as it is.</source>
        <translation>不勾选时，含人工修订的成果文件保持原样，不被覆盖。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="116"/>
        <source>Load units, faces and findings</source>
        <translation>加载管控单元、基础图斑和质检问题</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="116"/>
        <source>The plan&apos;s own layers, styled, read-only and in a group of their own.</source>
        <translation>加载成果文件中的图层：带样式、只读，放在单独的图层组中。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="122"/>
        <source>A GeoPackage; it appears whole or not at all.</source>
        <translation>GeoPackage 文件；要么完整生成，要么不生成。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="129"/>
        <source>Copy of the units</source>
        <translation>管控单元副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="129"/>
        <source>Copy of the faces</source>
        <translation>基础图斑副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="129"/>
        <source>Copy of the findings</source>
        <translation>质检问题副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="134"/>
        <source>For other formats, and for the next step of a model.</source>
        <translation>用于其他格式，或供模型的下一步使用。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Number of units</source>
        <translation>管控单元数</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="137"/>
        <source>Number of faces</source>
        <translation>基础图斑数</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="64"/>
        <source>Describe a plan in numbers</source>
        <translation>统计划定成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="73"/>
        <source>Counts the units of a plan and adds up their areas, by county and category; land and sea apart.</source>
        <translation>按县和管控类别统计管控单元的个数与面积，陆域、海域分开。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="73"/>
        <source>The area ledger names every step that changed an area, and what it moved where.</source>
        <translation>面积平衡表逐步列出哪一步改变了面积、从哪里转到哪里。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="73"/>
        <source>The table of sources says what the plan rests on: file, date, provider, SHA-256, official area and the area that was read.</source>
        <translation>来源表说明成果依据的数据：文件、数据时点、提供单位、SHA-256、公布面积和读入面积。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="73"/>
        <source>The report has all of it on one page. The numbers are also outputs, for models and scripts.</source>
        <translation>报告把全部内容放在一页上；各项数值也作为输出，供模型和脚本使用。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="85"/>
        <source>A GeoPackage made by “Delineate control units”.</source>
        <translation>由“划定管控单元”生成的 GeoPackage。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="94"/>
        <source>Units by county and category</source>
        <translation>分县分类别统计表</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="90"/>
        <source>county, ground (land or sea), category, n, area_m2, area_km2, share (0 to 1).</source>
        <translation>字段：county（县）、ground（land 陆域，sea 海域）、category（类别）、n（个数）、area_m2、area_km2、share（占比，0 至 1）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="102"/>
        <source>Area ledger</source>
        <translation>面积平衡表</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="90"/>
        <source>stage, role or category, from_m2, to_m2, change_m2, reason.</source>
        <translation>字段：stage（环节）、role 或 category（角色或类别）、from_m2、to_m2、change_m2、reason（原因）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="90"/>
        <source>Sources and their provenance</source>
        <translation>来源及出处</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="90"/>
        <source>One row a source, as the plan file has them.</source>
        <translation>每个来源一行，与成果文件中一致。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="112"/>
        <source>The numbers as a page to read and to print.</source>
        <translation>可阅读、可打印的统计页面。</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Share of priority units, 0 to 1</source>
        <translation>优先保护单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Share of key units, 0 to 1</source>
        <translation>重点管控单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="122"/>
        <source>Share of general units, 0 to 1</source>
        <translation>一般管控单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="138"/>
        <source>Imbalance of areas</source>
        <translation>面积不平衡量</translation>
    </message>
    <message>
        <location filename="../ui/processing/describe_plan.py" line="134"/>
        <source>Summary as JSON</source>
        <translation>汇总（JSON）</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="61"/>
        <source>Guess roles and write a case</source>
        <translation>识别图层角色并生成方案配置</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="58"/>
        <source>Preparation</source>
        <translation>准备</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="70"/>
        <source>Says for each layer which source it seems to be (county, red line, park, …), with a reason and a confidence, and writes a case file.</source>
        <translation>判断每个图层是哪类来源（县界、生态保护红线、产业园区……），给出理由和把握程度，并写出方案配置文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="70"/>
        <source>It looks at names, fields, values, geometry and at how layers lie to each other. What is uncertain is marked in the table and in comments of the case: read it before you delineate.</source>
        <translation>依据名称、字段、取值、几何和图层之间的空间关系。不确定之处在表中和配置文件的注释中标明：划定之前请先核对。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="70"/>
        <source>Give layers of the project, a folder of files, or both.</source>
        <translation>可给出工程中的图层、文件夹，或两者都给。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="70"/>
        <source>A layer that exists only in QGIS (in memory, selected, edited, joined) is saved beside the case as NAME_sources.gpkg, and the case points there. A filter on a file becomes a condition of the case where that gives the same features.</source>
        <translation>只在 QGIS 中存在的图层（内存图层、所选要素、未保存的编辑、连接的字段）会存为配置文件旁的“名称_sources.gpkg”，并由配置文件引用。文件图层上的筛选，在结果相同时写成配置中的条件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="30"/>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="43"/>
        <source>Layers of the project, as QGIS shows them, or files.</source>
        <translation>工程中的图层（以 QGIS 中所见为准）或文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="86"/>
        <source>Selected features only</source>
        <translation>仅所选要素</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="86"/>
        <source>Of a layer with a selection only what is selected; other layers whole.</source>
        <translation>有选择的图层只取所选要素，其他图层取全部。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="31"/>
        <source>Folder of files</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="43"/>
        <source>Every vector file and raster in it, subfolders included.</source>
        <translation>其中所有矢量文件和栅格，包括子文件夹。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="32"/>
        <source>Name of the case</source>
        <translation>方案名称</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="43"/>
        <source>As it stands in the plan, for example the name of the county and the year.</source>
        <translation>写入成果的名称，例如县名和年份。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="114"/>
        <source>Profile</source>
        <translation>配置档</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="114"/>
        <source>Words, settings and tables; national is shipped, a bureau may have its own.</source>
        <translation>词汇、设置和表；自带 national（国家），各地可另备自己的。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="34"/>
        <source>Table of roles</source>
        <translation>图层角色表</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="121"/>
        <source>One row a layer: role, confidence, fields, reason, what is uncertain.</source>
        <translation>每个图层一行：角色、把握程度、字段、理由、待确认之处。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="127"/>
        <source>Case (*.toml)</source>
        <translation>方案配置 (*.toml)</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="127"/>
        <source>Input of “Delineate control units”. Paths in it are relative to it.</source>
        <translation>“划定管控单元”的输入。其中的路径相对于该文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="137"/>
        <source>Layers with a role</source>
        <translation>已识别角色的图层数</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="138"/>
        <source>Layers to confirm</source>
        <translation>待确认的图层数</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="143"/>
        <source>Give layers, a folder, or both.</source>
        <translation>请给出图层或文件夹，也可两者都给。</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="230"/>
        <source>raster: evidence</source>
        <translation>栅格：评价指标</translation>
    </message>
    <message>
        <location filename="../ui/processing/guess_roles.py" line="231"/>
        <source>a plan of this plugin</source>
        <translation>本插件的划定成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="43"/>
        <source>From layers to a checked plan: guesses what each layer is, writes a case, delineates the units, checks the plan and describes it in numbers.</source>
        <translation>从图层到质检过的成果：识别各图层、生成方案配置、划定管控单元、检查成果并统计。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="43"/>
        <source>Read it before you rely on the plan: what is uncertain is marked in it.</source>
        <translation>使用成果之前请先核对：不确定之处已在其中标明。</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="58"/>
        <source>Example model: from layers to a checked plan</source>
        <translation>示例模型：从图层到质检过的成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/models.py" line="61"/>
        <source>Example models</source>
        <translation>示例模型</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="55"/>
        <source>Partition of polygon layers</source>
        <translation>面图层叠置为基础图斑</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="64"/>
        <source>Overlays any number of polygon layers at once: every line is noded once.</source>
        <translation>一次叠置任意多个面图层：所有界线只打断一次。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="64"/>
        <source>Faces tile what the layers cover, without gap or overlap, each with the id of the feature of each layer that covers it (the lowest, where several do).</source>
        <translation>基础图斑铺满各图层覆盖的范围，没有缝隙和重叠；每个图斑记录各图层中覆盖它的要素编号（有多个时取最小的）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="64"/>
        <source>Borders are the lines that two faces share. The coverage table lists every feature over every face.</source>
        <translation>公共边界是两个图斑共有的线。覆盖关系表列出每个图斑上的每个要素。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="64"/>
        <source>Layers are taken as QGIS shows them: with their filter, unsaved edits and CRS. Invalid polygons are taken as they are and named in the log.</source>
        <translation>图层以 QGIS 中所见为准：包括筛选、未保存的编辑和坐标系。无效的面按原样处理，并在日志中指明。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="64"/>
        <source>The imbalance is the largest share of a layer&apos;s area that its faces do not account for: about 0 means that nothing was lost.</source>
        <translation>面积不平衡量是某一图层面积中图斑没有对应上的最大比例：接近 0 说明没有丢失。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="77"/>
        <source>Polygon layers</source>
        <translation>面图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="77"/>
        <source>One or more layers of the project, or files. Their order is that of the columns.</source>
        <translation>一个或多个工程图层或文件。其顺序即字段的顺序。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="92"/>
        <source>Snapping grid, in units of the CRS</source>
        <translation>捕捉格网（坐标系单位）</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="92"/>
        <source>0 nodes exactly. 0.001 rounds to millimetres in a CRS in metres and joins lines that are closer.</source>
        <translation>0 为精确打断。以米为单位时 0.001 取整到毫米，并合并更近的界线。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="104"/>
        <source>CRS of the result</source>
        <translation>结果坐标系</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="104"/>
        <source>That of the first layer, if empty.</source>
        <translation>留空时与第一个图层相同。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="109"/>
        <source>Polygons with face_id, area_m2, inputs (number of layers over it) and an id per layer.</source>
        <translation>面图层，字段为 face_id、area_m2、inputs（覆盖它的图层数），以及每个图层的要素编号。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="116"/>
        <source>Borders between faces</source>
        <translation>图斑公共边界</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="116"/>
        <source>One line a pair of faces, with left, right and length_m.</source>
        <translation>每对相邻图斑一条线，字段为 left、right、length_m。</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="126"/>
        <source>Coverage table</source>
        <translation>覆盖关系表</translation>
    </message>
    <message>
        <location filename="../ui/processing/partition.py" line="126"/>
        <source>face_id, input (name of the layer) and feature_id: one row a feature over a face.</source>
        <translation>字段为 face_id、input（图层名）、feature_id：每个图斑上的每个要素一行。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="30"/>
        <source>Control units of ecology and environment</source>
        <translation>生态环境管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="55"/>
        <source>The model {path} cannot be read.</source>
        <translation>模型 {path} 无法读取。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="59"/>
        <source>Findings: {subject}</source>
        <translation>质检问题：{subject}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="87"/>
        <source>Plan: {name}</source>
        <translation>划定成果：{name}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="88"/>
        <source>{units} units on {faces} faces, {area} km² ({crs}, {method} area)</source>
        <translation>{units} 个管控单元，{faces} 个基础图斑，{area} km²（{crs}，{method}面积）</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="94"/>
        <source>Units at sea</source>
        <translation>海域管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="101"/>
        <source>What the units keep of their sources</source>
        <translation>单元对来源的保持程度</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="106"/>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="112"/>
        <source>planar</source>
        <translation>平面</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="113"/>
        <source>ellipsoidal</source>
        <translation>椭球面</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="120"/>
        <source>{errors} errors, {warnings} warnings</source>
        <translation>错误 {errors} 条，提示 {warnings} 条</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="125"/>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="125"/>
        <source>Warning</source>
        <translation>提示</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="126"/>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="126"/>
        <source>Severity</source>
        <translation>级别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="126"/>
        <source>What was found</source>
        <translation>问题说明</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="150"/>
        <source>County</source>
        <translation>县级行政区</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="171"/>
        <source>Category</source>
        <translation>管控类别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="150"/>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="171"/>
        <source>Captured</source>
        <translation>保持</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="171"/>
        <source>Omission</source>
        <translation>遗漏</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="171"/>
        <source>Commission</source>
        <translation>多划</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="193"/>
        <source>Largest share of area that no row accounts for: {imbalance}</source>
        <translation>未能对应的最大面积比例：{imbalance}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="196"/>
        <source>No step changed an area.</source>
        <translation>没有环节改变面积。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>Stage</source>
        <translation>环节</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>Role or category</source>
        <translation>角色或类别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>From m²</source>
        <translation>原面积 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>To m²</source>
        <translation>现面积 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>Change m²</source>
        <translation>变化 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Features</source>
        <translation>要素数</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Date of data</source>
        <translation>数据时点</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Provider</source>
        <translation>提供单位</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="218"/>
        <source>Classification</source>
        <translation>密级</translation>
    </message>
    <message>
        <location filename="../ui/processing/sinks.py" line="74"/>
        <source>An output layer cannot be created.</source>
        <translation>输出图层无法创建。</translation>
    </message>
    <message>
        <location filename="../ui/processing/sinks.py" line="97"/>
        <source>An output layer cannot be written: {reason}</source>
        <translation>输出图层无法写入：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="74"/>
        <source>{count} or more</source>
        <translation>{count} 个及以上</translation>
    </message>
    <message>
        <location filename="../ui/text.py" line="35"/>
        <source>en</source>
        <comment>code of this language</comment>
        <translation>zh</translation>
    </message>
</context>
</TS>
